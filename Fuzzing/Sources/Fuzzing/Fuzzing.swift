import Glibc

/// `Fuzzing TARGET [options of libFuzzer]`, `Fuzzing TARGET --seeds ROOT DIRECTORY`, or the names of the targets without any
/// (docs/contributing.md#fuzzers-sanitizers-soak).
@main
enum Fuzzing {
    static func main() {
        guard CommandLine.argc > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
            print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
            exit(CommandLine.argc > 1 ? 64 : 0)
        }
        if CommandLine.argc == 5, CommandLine.arguments[2] == "--seeds" {
            Seeds.write(target, from: CommandLine.arguments[3], into: CommandLine.arguments[4])
            exit(0)
        }
        chosen = target
        var count = CommandLine.argc - 1
        var arguments = CommandLine.unsafeArgv + 1
        exit(
            runDriver(&count, &arguments) { bytes, count in
                chosen.check(UnsafeRawBufferPointer(start: bytes, count: count))
                return 0
            })
    }
}

/// The target of this process; set once before the first run. libFuzzer's function takes no context.
nonisolated(unsafe) private var chosen = FuzzTarget.rigLine

/// libFuzzer's loop: this program has its own `main`, since Swift's linker renames one that is called so.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
