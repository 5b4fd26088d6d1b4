import ArgumentParser
import DashScopeSimulator
import Foundation
import RenderCore
import RenderEngine

struct SimulateCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the DashScope simulator on its own, for any client.",
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

            Add faults while it runs: POST a rule to /_simulator/faults. GET /_simulator/requests, /_simulator/paid \
            and /_simulator/tasks show the requests received and what they would have cost. docs/simulator.md has \
            more.
            """)

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0: a free port.")
    var port = 8900
    @Option(help: "The region to simulate.", completion: .list(SimulatorRegion.allCases.map(\.word)))
    var region: String = "beijing"
    @Option(help: "How many times faster than the real provider.")
    var speed = 1.0
    @Flag(inversion: .prefixedNo, help: "Apply the rate and running limits of the real provider.")
    var limits = true
    @Option(
        help: "A JSON file with all options: faults, keys, and switches for undocumented behavior.",
        completion: .file(extensions: ["json"]))
    var options: String?
    @Option(help: "Makes ids, jitter and random faults repeatable; default: different at every start.")
    var seed: UInt64?
    @Flag(name: .shortAndLong, help: "Do not print a line for each request.")
    var quiet = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let terminal = context.terminal
        let quiet = quiet
        let shutdown = Shutdown()
        let simulator = Simulator(
            options: try settings(), log: { line in if !quiet { terminal.error(line + "\n") } })
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Signals.listen(shutdown, stopped: { _ in }) }
                group.addTask {
                    try await simulator.withRunning { running in
                        terminal.out(running.baseURL + "\n")
                        await shutdown.reached(.stopping)
                    }
                }
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

    private func settings() throws -> SimulatorOptions {
        var settings = SimulatorOptions()
        if let options {
            do {
                let data = try Data(contentsOf: URL(fileURLWithPath: options))
                settings = try JSONDecoder().decode(SimulatorOptions.self, from: data)
            } catch {
                throw CommandFailure(.usage, .simulatorOptionsUnreadable(options, reason: "\(error)"))
            }
        }
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
