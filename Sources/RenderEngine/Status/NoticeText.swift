public import Foundation
public import RenderCore

extension EngineSnapshot.Notice {
    /// What holds up what, and what to do about it.
    public func lines(_ times: LocalTime, at now: Date) -> [String] {
        let since = since.map { " since \(times.text($0, at: now))" } ?? ""
        let head =
            switch kind {
            case .paused: "EVERYTHING WAITS\(since): "
            case .trouble: "OUT OF ORDER: "
            case .budget: "OVER BUDGET: "
            case .model: "\(model ?? "a model") WAITS\(since) (other models continue): "
            case .account: "\(Counted.text(renders ?? 0, "render WAITS", "renders WAIT"))\(since) (others continue): "
            }
        return [head + failure.message] + (failure.advice.isEmpty ? [] : ["What to do: \(failure.advice)"])
    }
}
