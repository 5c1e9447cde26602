import ProxyTerms
import Testing

@Test("Each upstream's profile bears its name, and p2pool's is the one with bounds")
func profiles() {
    for upstream in Upstream.allCases { #expect(upstream.profile.name == upstream.name) }
    #expect(PoolProfile.p2pool.inFlightBound == 1_024 && PoolProfile.xvb.inFlightBound == nil)
    #expect(PoolProfile.p2pool.jobSilenceSeconds < PoolProfile.xvb.jobSilenceSeconds)
    #expect(PoolProfile.p2pool.longestRetrySeconds < PoolProfile.xvb.longestRetrySeconds)
}
