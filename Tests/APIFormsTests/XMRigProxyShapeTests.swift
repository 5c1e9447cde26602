import Testing

@testable import APIForms

/// Measured: what xmrig-proxy 6.26.0 answered on loopback with three rigs (docs/api.md#as-xmrig-proxy).
@Suite("The documents have xmrig-proxy's shape")
struct XMRigProxyShapeTests {
    @Test("/1/summary: members, order and types are xmrig-proxy 6.26's")
    func summary() {
        let real = "real"
        let six = Array(repeating: real, count: 6).joined(separator: ",")
        let ten = Array(repeating: "int", count: 10).joined(separator: ",")
        #expect(
            JSONShape.of(Samples.summary.json)
                == "{id:text,worker_id:text,uptime:int,restricted:truth,resources:{memory:{free:int,total:int,"
                + "resident_set_memory:int},load_average:[real,real,real],hardware_concurrency:int},"
                + "features:[text,text,text],version:text,kind:text,algo:text,mode:text,ua:text,donate_level:int,"
                + "donated:real,hashrate:{total:[\(six)]},miners:{now:int,max:int},workers:int,"
                + "upstreams:{active:int,sleep:int,error:int,total:int,ratio:real},results:{accepted:int,rejected:int,"
                + "invalid:int,expired:int,avg_time:int,latency:int,hashes_total:int,hashes_donate:int,best:[\(ten)]}}")
    }

    @Test("/1/workers: a row has xmrig-proxy's thirteen values")
    func workers() {
        let row = "[text,text,int,int,int,int,int,int,real,real,real,real,real]"
        let six = Array(repeating: "real", count: 6).joined(separator: ",")
        #expect(
            JSONShape.of(Samples.workers.json) == "{hashrate:{total:[\(six)]},mode:text,workers:[\(row),\(row)]}")
    }

    @Test("/1/miners: a row has xmrig-proxy's ten values, and its password is empty")
    func miners() {
        #expect(
            Samples.miners.json
                == #"{"format":["id","ip","tx","rx","state","diff","user","password","rig_id","agent"],"#
                + #""miners":[[1,"10.0.0.7",0,0,2,1000,"rig-b","","rig-b","XMRig/6.26.0 (Linux x86_64)"]]}"#)
    }

    // Fault H05.
    @Test("Hashrates are kH/s, rounded down to hundredths, always six, and 0.0 for what is no number")
    func kilohashes() {
        #expect(Samples.summary.json.contains(#""hashrate":{"total":[3.66,0.44,0.07,0.0,0.0,1.94]}"#))
        var summary = ProxySummary()
        #expect(summary.json.contains(#""total":[0.0,0.0,0.0,0.0,0.0,0.0]"#))
        summary.hashrate = [.nan, .infinity, -5, 1e300, 1_000, 12_345_678, 1]
        #expect(summary.json.contains(#""total":[0.0,0.0,0.0,1000000000000.0,1.0,12345.67]"#))
    }

    @Test("Figures that follow from others are xmrig-proxy's: seconds a share, rigs a connection, all connections")
    func derived() {
        var summary = Samples.summary
        summary.host.uptime = 1_000
        #expect(summary.json.contains(#""upstreams":{"active":2,"sleep":1,"error":0,"total":3,"ratio":1.5}"#))
        #expect(summary.json.contains(#""avg_time":3,"latency":44,"#))
        #expect(summary.json.contains(#""best":[841115,415888,0,0,0,0,0,0,0,0]"#))
    }

    // Fault H05.
    @Test("A name with markup and quotes stays JSON")
    func names() {
        #expect(Samples.workers.json.contains(#"["<script>\"","10.0.0.8",0,0,0,0,0,0,0.0,0.0,0.0,0.0,0.0]"#))
    }
}
