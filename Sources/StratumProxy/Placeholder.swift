// Placeholder until the command lands; delete it then.
@main
struct Placeholder {
    static func main() {}
}
