import Foundation
import QwenProxySimulator
import WaveSpeedSimulator

/// The simulators of the further providers that a demo renders with.
struct DemoProviders: Sendable {
    let kinds: [ProviderKind]
    /// How many times faster than the real ones.
    let speed: Double

    /// Leads to no provider: nobody's key may leave this machine in a demo.
    static func environment(without environment: [String: String]) -> [String: String] {
        var environment = environment
        let ofKinds = ProviderKind.allCases.flatMap { $0.keyVariables + [$0.baseURLVariable].compactMap { $0 } }
        for name in ofKinds { environment[name] = nil }
        for name in ["QWEN_BASE_URL", "DASHSCOPE_HTTP_BASE_URL", "DASHSCOPE_REGION", "CREDENTIALS_DIRECTORY"] {
            environment[name] = nil
        }
        return environment
    }

    /// Runs `body` while they serve, in an environment that leads to them.
    func withRunning<Value: Sendable>(
        _ environment: [String: String], _ body: @Sendable ([String: String]) async throws -> Value
    ) async throws -> Value {
        try await serve(kinds[...], environment, body)
    }

    private func serve<Value: Sendable>(
        _ kinds: ArraySlice<ProviderKind>, _ environment: [String: String],
        _ body: @Sendable ([String: String]) async throws -> Value
    ) async throws -> Value {
        guard let kind = kinds.first else { return try await body(environment) }
        let rest = kinds.dropFirst()
        switch kind {
        case .dashscope: return try await serve(rest, environment, body)
        case .wavespeed:
            var options = WaveSpeedSimulatorOptions()
            options.speed = speed
            return try await WaveSpeedSimulator(options: options).withRunning { running in
                var further = environment
                further["WAVESPEED_API_KEY"] = "ws-demo"
                further["WAVESPEED_BASE_URL"] = running.baseURL
                return try await serve(rest, further, body)
            }
        case .qwenProxy:
            var options = QwenProxySimulatorOptions()
            options.speed = speed
            return try await QwenProxySimulator(options: options).withRunning { running in
                var further = environment
                further["QWEN_PROXY_URL"] = running.baseURL
                return try await serve(rest, further, body)
            }
        }
    }
}
