import ArgumentParser
import DashScopeSimulator
import Foundation
import QwenProxySimulator
import RenderCore
import RenderEngine
import WaveSpeedSimulator

struct SimulateCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the simulator of a provider on its own, for any client.",
        discussion: """
            Speaks the provider's protocol on this machine: submits (synchronous and asynchronous), tasks, list, \
            cancel, temporary uploads and result files. It applies the provider's refusals and limits and, on \
            request, faults. It accepts any key that begins with sk-, except one that names another region \
            (sk-singapore-1 against beijing).

            Point a client at its base URL, which it prints on standard output when it is ready:

              renderdrop:
                renderdrop run --base-url http://127.0.0.1:8900/api/v1

              the official Python SDK (or set dashscope.base_http_api_url):
                export DASHSCOPE_HTTP_BASE_URL=http://127.0.0.1:8900/api/v1

              curl:
                curl -H 'Authorization: Bearer sk-test' \\
                  http://127.0.0.1:8900/api/v1/tasks

            With --provider wavespeed it is WaveSpeed, and takes any key:

              WAVESPEED_API_KEY=test WAVESPEED_BASE_URL=http://127.0.0.1:8900/api/v3 renderdrop run

            With --provider qwen-proxy it is a local Qwen proxy, which takes no key, in the dialect that --dialect \
            names:

              QWEN_PROXY_URL=http://127.0.0.1:8900/api renderdrop run

            Add faults while it runs: POST a rule to /_simulator/faults. GET /_simulator/requests, /_simulator/paid \
            and /_simulator/tasks show the requests received and what they would have cost. docs/simulator.md has \
            more.
            """)

    /// Whose protocol it speaks.
    enum Simulated: String, CaseIterable, ExpressibleByArgument {
        case dashscope, wavespeed
        case qwenProxy = "qwen-proxy"
    }

    @Option(help: "The provider to simulate: dashscope, wavespeed or qwen-proxy.")
    var provider = Simulated.dashscope
    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0: a free port.")
    var port = 8900
    @Option(help: "The region to simulate; DashScope only.", completion: .list(SimulatorRegion.allCases.map(\.word)))
    var region: String = "beijing"
    @Option(
        help: "The dialect to speak: \(SimulateCommand.dialects.joined(separator: ", ")); qwen-proxy only.",
        completion: .list(SimulateCommand.dialects), transform: SimulateCommand.dialect)
    var dialect: QwenProxySimulatorOptions.Dialect?
    @Option(help: "How many times faster than the real provider.")
    var speed = 1.0
    @Flag(inversion: .prefixedNo, help: "Apply the rate and running limits of the real provider.")
    var limits = true
    @Option(
        help: "A JSON file with all options: faults, keys, and switches for undocumented behavior.",
        completion: .file(extensions: ["json"]))
    var options: String?
    @Option(help: "Makes ids, jitter and random faults repeatable; default: different at every start. DashScope only.")
    var seed: UInt64?
    @Flag(name: .shortAndLong, help: "Do not print a line for each request.")
    var quiet = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let terminal = context.terminal
        let quiet = quiet
        let shutdown = Shutdown()
        let log: @Sendable (String) -> Void = { line in if !quiet { terminal.error(line + "\n") } }
        let serve = try serving(terminal, shutdown, log)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Signals.listen(shutdown, stopped: { _ in }) }
                group.addTask { try await serve() }
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {
            // Stopped by a signal.
        } catch {
            throw CommandFailure(.usage, .simulatorCannotListen(host: host, port: port, reason: "\(error)"))
        }
        return .done
    }

    /// Serves until it is stopped, and prints its address once it is ready.
    private func serving(
        _ terminal: Terminal, _ shutdown: Shutdown, _ log: @escaping @Sendable (String) -> Void
    ) throws -> @Sendable () async throws -> Void {
        switch provider {
        case .dashscope:
            let simulator = Simulator(options: try settings(), log: log)
            return {
                try await simulator.withRunning { running in
                    terminal.out(running.baseURL + "\n")
                    await shutdown.reached(.stopping)
                }
            }
        case .qwenProxy:
            let simulator = QwenProxySimulator(options: try qwenProxySettings(), log: log)
            return {
                try await simulator.withRunning { running in
                    terminal.out(running.baseURL + "\n")
                    await shutdown.reached(.stopping)
                }
            }
        case .wavespeed:
            let simulator = WaveSpeedSimulator(options: try waveSpeedSettings(), log: log)
            return {
                try await simulator.withRunning { running in
                    terminal.out(running.baseURL + "\n")
                    await shutdown.reached(.stopping)
                }
            }
        }
    }

    /// From the file of options, if there is one.
    private func read<Settings: Decodable>(_ settings: Settings) throws -> Settings {
        guard let options else { return settings }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: options))
            return try JSONDecoder().decode(Settings.self, from: data)
        } catch {
            throw CommandFailure(.usage, .simulatorOptionsUnreadable(options, reason: "\(error)"))
        }
    }

    private func waveSpeedSettings() throws -> WaveSpeedSimulatorOptions {
        var settings = try read(WaveSpeedSimulatorOptions())
        settings.host = host
        settings.port = port
        settings.speed = speed
        settings.limits = limits && settings.limits
        return settings
    }

    static let dialects = QwenProxySimulatorOptions.Dialect.allCases.map(\.rawValue)

    @Sendable static func dialect(_ text: String) throws -> QwenProxySimulatorOptions.Dialect {
        let known = QwenProxySimulatorOptions.Dialect.allCases
        guard let dialect = known.first(where: { $0.rawValue.foldedName == text.foldedName }) else {
            throw ValidationError(
                "one of \(dialects.joined(separator: ", "))")
        }
        return dialect
    }

    private func qwenProxySettings() throws -> QwenProxySimulatorOptions {
        var settings = try read(QwenProxySimulatorOptions())
        settings.host = host
        settings.port = port
        settings.speed = speed
        settings.dialect = dialect ?? settings.dialect
        return settings
    }

    private func settings() throws -> SimulatorOptions {
        var settings = try read(SimulatorOptions())
        guard let place = SimulatorRegion(name: region) else {
            throw CommandFailure(.usage, .unknownRegion(region, known: SimulatorRegion.allCases.map(\.word)))
        }
        // A provider never gives an id twice, not even after a restart.
        if settings.seed == SimulatorOptions().seed { settings.seed = .random(in: .min ... .max) }
        if let seed { settings.seed = seed }
        settings.host = host
        settings.port = port
        settings.region = place
        settings.speed = speed
        settings.limits = limits && settings.limits
        return settings
    }
}
