import StrictJSON
import Testing

@testable import SplitScheduler
@testable import Statistics

@Suite("XvB's answers")
struct XvBAnswersTests {
    private static func averages(_ body: String, status: Int = 200) -> Result<XvBReading, XvBFault> {
        withBytes(body) { bytes in
            do throws(XvBFault) {
                return .success(try XvBAnswers.averages(status: status, body: bytes))
            } catch {
                return .failure(error)
            }
        }
    }

    private static func statistics(_ body: String, status: Int = 200) -> Result<XvBStatistics, XvBFault> {
        withBytes(body) { bytes in
            do throws(XvBFault) {
                return .success(try XvBAnswers.statistics(status: status, body: bytes))
            } catch {
                return .failure(error)
            }
        }
    }

    @Test("The averages come in kH/s and are kept in H/s")
    func averages() {
        #expect(
            Self.averages(#"{"fails":2,"donor_1hr_avg":1.25,"donor_24hr_avg":10}"#)
                == .success(XvBReading(credited1h: 1250, credited24h: 10_000, fails: 2)))
    }

    // Fault O07.
    @Test(
        "An answer without fails, or with one that makes no sense, is good for its averages",
        arguments: [
            "", #""fails":null,"#, #""fails":"none","#, #""fails":-1,"#, #""fails":1e18,"#, #""fails":{},"#,
        ])
    func withoutFails(member: String) {
        #expect(
            Self.averages("{\(member)\"donor_1hr_avg\":1.25,\"donor_24hr_avg\":10}")
                == .success(XvBReading(credited1h: 1250, credited24h: 10_000)))
    }

    @Test("Numbers may come as texts")
    func texts() {
        #expect(
            Self.averages(#"{"fails":"0","donor_1hr_avg":"0.98","donor_24hr_avg":"1e1"}"#)
                == .success(XvBReading(credited1h: 980, credited24h: 10_000, fails: 0)))
    }

    // Fault X01.
    @Test(
        "Whatever else comes is a fault of a known kind",
        arguments: [
            ("", 200, XvBFault.empty), ("  \r\n", 200, .empty), ("{}", 200, .missing("donor_1hr_avg")),
            ("", 422, .notRegistered), ("{}", 500, .status(500)), ("{}", 301, .status(301)), ("", 0, .status(0)),
            ("<!DOCTYPE html><title>Just a moment...</title>", 200, .webPage), ("\n<html>", 200, .webPage),
            ("ERROR: address is not registered", 200, .notRegistered), ("[]", 200, .notJSON(.notAnObject)),
            (#"{"fails":0,"donor_1hr_avg":1,"donor_24"#, 200, .notJSON(.notJSON)),
            (#"{"fails":0,"donor_1hr_avg":NaN,"donor_24hr_avg":1}"#, 200, .notJSON(.notJSON)),
            (#"{"fails":0,"donor_1hr_avg":"NaN","donor_24hr_avg":1}"#, 200, .implausible("donor_1hr_avg")),
            (#"{"fails":0,"donor_1hr_avg":-0.5,"donor_24hr_avg":1}"#, 200, .implausible("donor_1hr_avg")),
            (#"{"fails":0,"donor_1hr_avg":1e10,"donor_24hr_avg":1}"#, 200, .implausible("donor_1hr_avg")),
            (#"{"fails":0,"donor_1hr_avg":1e999,"donor_24hr_avg":1}"#, 200, .notJSON(.notJSON)),
            (#"{"fails":0,"donor_1hr_avg":null,"donor_24hr_avg":1}"#, 200, .missing("donor_1hr_avg")),
            (#"{"fails":0,"donor_1hr_avg":1,"donor_24hr_avg":{}}"#, 200, .implausible("donor_24hr_avg")),
            (#"{"fails":0,"donor_1hr_avg":1}"#, 200, .missing("donor_24hr_avg")),
        ])
    func faults(body: String, status: Int, fault: XvBFault) {
        #expect(Self.averages(body, status: status) == .failure(fault))
    }

    @Test("A body over the cap is not looked at")
    func tooLarge() {
        let body = #"{"a":""# + String(repeating: "x", count: XvBAnswers.longest) + "\"}"
        #expect(Self.averages(body) == .failure(.tooLarge))
    }

    @Test("A gzip body that was not unpacked is a fault, not a crash")
    func binary() {
        let body: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0xFF, 0xFE, 0, 0]
        let result = body.withUnsafeBytes { bytes in Result { try XvBAnswers.averages(status: 200, body: bytes) } }
        #expect(throws: XvBFault.notJSON(.notJSON)) { try result.get() }
    }

    @Test("The public statistics are read, negative minutes and numbers as texts included")
    func publicStatistics() throws {
        let body =
            #"{"time_remain":-3,"bonus_hr":"4203.5","donate_hr":1500.25,"donate_miners":40,"donate_workers":77,"#
            + #""players":120,"players_round":"35","winner":"48edfHu7...pWk5Mmzn","share_effort":"33.4","#
            + #""block_reward":"0.6","round_type":"donor_whale","block_height":"3412345","block_hash":"ab","#
            + #""roll_winner":"17","roll_round":3,"reward_yearly":[0.1,0.2]}"#
        let statistics = try Self.statistics(body).get()
        #expect(statistics.round == .whaleDonor)
        #expect(statistics.minutesLeft == -3)
        #expect(statistics.bonusHashrate == 4_203_500)
        #expect(statistics.donatedHashrate == 1_500_250)
        #expect(statistics.players == 120)
        #expect(statistics.roundPlayers == 35)
        #expect(statistics.winner == "48edfHu7...pWk5Mmzn")
    }

    @Test("What is absurd or missing in the public statistics is nil, and what is hostile is made printable")
    func oddStatistics() throws {
        let body = #"{"time_remain":1e100,"bonus_hr":-1,"players":"many","winner":"\u001b[2J<b>","round_type":"super"}"#
        let statistics = try Self.statistics(body).get()
        #expect(statistics.round == nil)
        #expect(statistics.minutesLeft == nil)
        #expect(statistics.bonusHashrate == nil)
        #expect(statistics.players == nil)
        #expect(statistics.winner == "?[2J<b>")
    }
}
