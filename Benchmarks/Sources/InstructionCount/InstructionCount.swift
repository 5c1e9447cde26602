/// Does some work in the core, for callgrind to count: `InstructionCount logins|jobs|shares COUNT` (scripts/check-instructions).
@main
struct InstructionCount {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let what = arguments.first, let count = arguments.dropFirst().first.flatMap(Int.init), count > 0 else {
            return print("usage: InstructionCount logins|jobs|shares COUNT")
        }
        let farm = CountedCore()
        switch what {
        case "logins":
            farm.logIn(count)
        case "jobs":
            // 200 rigs on one lane.
            farm.logIn(200)
            farm.pushJobs(count)
        case "shares":
            farm.logIn(20)
            farm.pushJobs(1)
            farm.submit(count)
        case _:
            print("\(what): not logins, jobs or shares")
        }
    }
}
