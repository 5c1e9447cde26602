import Testing

@testable import APIForms

@Suite("The documents have xmrig's shape")
struct XMRigShapeTests {
    private static let head =
        "{id:text,worker_id:text,uptime:int,restricted:truth,resources:{memory:{free:int,total:int,"
        + "resident_set_memory:int},load_average:[real,real,real],hardware_concurrency:int},features:[text,text,text],"
    private static let results =
        "results:{diff_current:int,shares_good:int,shares_total:int,avg_time:int,avg_time_ms:int,hashes_total:int,"
        + "best:[int,int,int,int,int,int,int,int,int,int]"
    private static let connection =
        "connection:{pool:text,ip:null,uptime:int,uptime_ms:int,ping:int,failures:int,tls:null,tls-fingerprint:null,"
        + "algo:text,diff:int,accepted:int,rejected:int,avg_time:int,avg_time_ms:int,hashes_total:int"
    private static let middle =
        "version:text,kind:text,ua:text,cpu:{brand:text,family:int,model:int,stepping:int,proc_info:int,aes:truth,"
        + "avx2:truth,x64:truth,64_bit:truth,l2:int,l3:int,cores:int,threads:int,packages:int,nodes:int,backend:text,"
        + "msr:text,assembly:text,arch:text,flags:[]},donate_level:int,paused:truth,algorithms:[text],"

    @Test("/1/summary: members, order and types are xmrig 6.26's, each rig in the place of a thread")
    func first() {
        #expect(
            JSONShape.of(Samples.miner.json(version: 1))
                == Self.head + Self.results + ",error_log:[]},algo:text," + Self.connection + ",error_log:[]},"
                + Self.middle + "hashrate:{total:[real,real,real],highest:real,threads:[[real,real,real],"
                + "[real,null,null]]},hugepages:truth}")
    }

    @Test("/2/summary: as version 2 of xmrig has it")
    func second() {
        #expect(
            JSONShape.of(Samples.miner.json(version: 2))
                == Self.head + Self.results + "},algo:text," + Self.connection + "}," + Self.middle
                + "hashrate:{total:[real,real,real],highest:real},hugepages:[int,int]}")
    }

    @Test("Hashrates are H/s to hundredths, and null for what is not known")
    func hashrates() {
        var miner = Samples.miner
        #expect(
            miner.json(version: 1).contains(
                #""hashrate":{"total":[9876.54,9870.0,9868.1],"highest":9901.2,"threads":[[4000.0,4100.0,4050.0],[5876.5,null,null]]}"#
            ))
        miner.hashrate = [.nan, nil, 0]
        miner.highest = nil
        #expect(miner.json(version: 2).contains(#""hashrate":{"total":[null,null,0.0],"highest":null}"#))
    }
}
