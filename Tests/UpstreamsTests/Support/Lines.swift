import ProxyTerms
import StratumCodec

@testable import Upstreams

/// Lines recorded from p2pool 4.18, and a pool of the xmrig-proxy kind.
enum Lines {
    static let seed = "a110fc1e133d05b0622595f798c8fd92a857f49729ec8bc5804703b5838786a3"
    static let p2poolLogin =
        #"{"id":1,"jsonrpc":"2.0","result":{"id":"914df79b","job":{"blob":""#
        + "1010d9b083d80687da8fcb68ffef934d9a95ecd229c18beb0fc7b628255b7bcae597de5a91412000000000"
        + "cf20e7072e20f061c8b8f75070335db39332af1657d04e013b29c5a52ceaf2bf01"
        + #"","job_id":"1","target":"9bc42000","algo":"rx/0","height":2500000,"seed_hash":""# + seed
        + #""},"extensions":["algo"],"status":"OK"}}"#
    static let p2poolJob = job(id: "2")
    static let nicehashLogin =
        #"{"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"ad03a776","job":{"blob":""#
        + "1010a6b383d806130dfd97b51b3bc1d230a5278704b7d263f8c5636851f62cd22edf1ccba47b850000000"
        + "015c3acceeb81963dfe76cbd4503059b27a0f2c39fdeaed6f62862bf210b41bd60c"
        + #"","job_id":"Afeb0000001","target":"677ff36d00000000","algo":"rx/0","height":3560000,"seed_hash":""#
        + #"1111111111111111111111111111111111111111111111111111111111111111"},"#
        + #""extensions":["algo","nicehash","connect","tls","keepalive"],"status":"OK"}}"#

    static func job(id: String = "2", target: String = "9bc42000", seed: String = seed, algo: String = "rx/0") -> String
    {
        #"{"jsonrpc":"2.0","method":"job","params":{"blob":""#
            + "1010f9b083d80687da8fcb68ffef934d9a95ecd229c18beb0fc7b628255b7bcae597de5a91412000000000"
            + "b1d67edec092f489e7c1380a443f03471077d62e3429bdf0c1f3c184339c102a01"
            + #"","job_id":""# + id + #"","target":""# + target + #"","algo":""# + algo
            + #"","height":2500000,"seed_hash":""# + seed + #""}}"#
    }

    static func accepted(_ id: UInt32) -> String {
        #"{"id":\#(id),"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}"#
    }

    static func rejected(_ id: UInt32, _ message: String) -> String {
        #"{"id":\#(id),"jsonrpc":"2.0","error":{"message":"\#(message)"}}"#
    }

    /// A rig's submit; `padding` bytes of an unknown member make it longer.
    static func submit(id: Int = 7, nonce: String = "70000000", padding: Int = 0) -> String {
        let extra = padding > 0 ? #","extra":""# + String(repeating: "x", count: padding) + "\"" : ""
        return #"{"id":\#(id),"jsonrpc":"2.0","method":"submit","params":{"id":"00000000000000aa","#
            + #""job_id":"0000000000ab","nonce":"\#(nonce)","#
            + #""result":"0c48f4adaf224627a30f347f8dae4e67badfb51b8eb4e7a95c57d172d0130e00","algo":"rx/0"\#(extra)}}"#
    }
}

/// The bytes of a text, for calls that take a raw buffer.
func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try Array(text.utf8).withUnsafeBytes(body)
}

/// The moment this many seconds after the start.
func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }
