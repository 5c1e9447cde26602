import EventLoop

/// A configuration as it was found: settings where it can be used, and everything there is to say about it.
struct LoadedConfiguration: Equatable {
    /// The file it came from; nil where there were flags only.
    var file: String?
    /// nil where `problems` holds an error.
    var settings: Settings?
    /// Errors and warnings in the order of the file.
    var problems: [ConfigurationProblem]
    /// What each key is, and where that comes from; empty where the file could not be read.
    var values = ConfigurationValues()
    /// There is no such file.
    var isMissing = false

    /// One line for each problem.
    var problemLines: [String] {
        problems.map { $0.text(file: $0.path.hasPrefix("--") ? nil : file) }
    }
}

/// Finds, reads and checks the configuration.
enum ConfigurationLoader {
    /// No configuration is nearly that large.
    static let sizeLimit = 1 << 20

    /// Where a configuration is looked for when none is named, in this order.
    static func searchPaths(environment: Environment) -> [String] {
        var paths = ["config.json"]
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
            paths.append(base + "/stratum-proxy/config.json")
        } else if let home = environment["HOME"], !home.isEmpty {
            paths.append(home + "/.config/stratum-proxy/config.json")
        }
        paths.append("/etc/stratum-proxy/config.json")
        return paths
    }

    /// The first configuration file that exists. One that can't be read counts too: the next one would run something else
    /// than the operator thinks.
    static func find(environment: Environment) -> String? {
        searchPaths(environment: environment).first { path in
            do throws(FileReadingFailure) {
                _ = try FileContents(at: path, limit: sizeLimit)
                return true
            } catch {
                return error != .notFound
            }
        }
    }

    /// Reads `file` (nil: flags alone), puts `flags` before it, and checks it all.
    static func load(file: String?, flags: FlagOverrides, environment: Environment) -> LoadedConfiguration {
        guard let file else { return load(text: nil, file: nil, flags: flags, environment: environment) }
        do throws(FileReadingFailure) {
            let text = try ConfigurationText.read(file)
            return load(text: text, file: file, flags: flags, environment: environment)
        } catch {
            let problem = ConfigurationProblem(
                severity: .error, position: nil, path: "",
                message: ConfigurationWords.unreadable(error, limit: sizeLimit))
            return LoadedConfiguration(file: file, settings: nil, problems: [problem], isMissing: error == .notFound)
        }
    }

    /// The same for a text that was read already. `file` is for messages.
    static func load(
        text: [UInt8]?, file: String?, flags: FlagOverrides, environment: Environment, machine: ThisMachine = .current
    ) -> LoadedConfiguration {
        let loaded = loadOurs(text: text, file: file, flags: flags, environment: environment, machine: machine)
        // Another program's file: what it is, instead of an error for each of its keys.
        guard loaded.settings == nil, let text, let foreign = FlatFile(text).flatMap(ForeignProgram.of) else {
            return loaded
        }
        let problem = ConfigurationProblem(
            severity: .error, position: nil, path: "", message: ImportWords.foreign(foreign, file ?? "FILE"))
        return LoadedConfiguration(file: file, settings: nil, problems: [problem])
    }

    /// The directory of `file`, from the root: what stands in it is relative to that. Nil for a pipe.
    private static func directory(_ file: String) -> String? {
        guard file != "-", !file.hasPrefix("/dev/"), !file.hasPrefix("/proc/") else { return nil }
        let path = AbsolutePath.of(file)
        return path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    }

    private static func loadOurs(
        text: [UInt8]?, file: String?, flags: FlagOverrides, environment: Environment, machine: ThisMachine
    ) -> LoadedConfiguration {
        let value: JSONCValue?
        do throws(JSONCError) {
            value = if let text { try JSONCReader.read(text) } else { nil }
        } catch {
            let problem = ConfigurationProblem(
                severity: .error, position: error.position, path: "", message: error.message)
            return LoadedConfiguration(file: file, settings: nil, problems: [problem])
        }
        var builder = SettingsBuilder(
            ConfigurationReader(value), flags: flags, environment: environment, machine: machine,
            directory: file.flatMap(directory))
        let settings = builder.build()
        let problems = builder.problems.inFileOrder
        return LoadedConfiguration(
            file: file, settings: problems.hasErrors ? nil : settings, problems: problems, values: builder.values)
    }
}
