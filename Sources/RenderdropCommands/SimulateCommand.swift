import ArgumentParser
import DashScopeSimulator
import Foundation
import RenderCore
import RenderEngine

struct SimulateCommand: WorkCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "The DashScope simulator by itself, for anyone's client.",
        discussion: """
            Speaks the provider's wire protocol on this machine: submits (synchronous and asynchronous), tasks, list, cancel, temporary \
            uploads and result files, with its refusals, its limits and, if you ask for them, its faults. Any key that begins with sk- \
            is accepted, except one that names another region (sk-singapore-1 against beijing).

            Point a client at it by its base URL, which is printed on standard output when it listens:

              renderdrop:
                renderdrop run --base-url http://127.0.0.1:8900/api/v1

              the official Python SDK (or set dashscope.base_http_api_url):
                export DASHSCOPE_HTTP_BASE_URL=http://127.0.0.1:8900/api/v1

              curl:
                curl -H 'Authorization: Bearer sk-test' \\
                  http://127.0.0.1:8900/api/v1/tasks

            Faults are added while it runs: POST a rule to /_simulator/faults. GET /_simulator/requests, /_simulator/paid and \
            /_simulator/tasks say what came in and what it would have cost. docs/simulator.md shows more.
            """)

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 takes a free one.")
    var port = 8900
    @Option(help: "The region that it stands for.")
    var region: String = "beijing"
    @Option(help: "How many times faster than the real provider it works.")
    var speed = 1.0
    @Flag(inversion: .prefixedNo, help: "Rate and running limits of the real provider.")
    var limits = true
    @Option(help: "A JSON file with all options: faults, keys, switches for what the provider's documents leave open.")
    var options: String?
    @Option(help: "Makes ids, jitter and faults by chance repeatable; by default every start has its own.")
    var seed: UInt64?
    @Flag(name: .shortAndLong, help: "No line a request on standard error.")
    var quiet = false

    mutating func run(_ context: CommandContext) async throws -> ExitCode {
        let terminal = context.terminal
        let quiet = quiet
        let stopper = Stopper()
        let simulator = Simulator(
            options: try settings(), log: { line in if !quiet { terminal.error(line + "\n") } })
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Signals.listen(stopper, stopped: { _ in }) }
                group.addTask {
                    try await simulator.withRunning { running in
                        terminal.out(running.baseURL + "\n")
                        await stopper.reached(.stopping)
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {
            // Stopped by a signal.
        } catch {
            throw CommandFailure(
                .usage, "the simulator cannot listen on \(host):\(port): \(error)", advice: "choose another --port")
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
                throw CommandFailure(.usage, "the options in \(options) cannot be read: \(error)")
            }
        }
        guard let place = SimulatorRegion(name: region) else {
            let known = SimulatorRegion.allCases.map(\.word).joined(separator: ", ")
            throw CommandFailure(.usage, "there is no region \(region)", advice: "one of \(known)")
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
