import ProviderSupport
import RenderCore

/// Reads what a model's limits are: those of the model, and those that were set for the workspace, of which each figure's stricter
/// one holds.
enum QuotaAnswer {
    /// - Returns: nil where no rate can be read.
    static func quota(of model: String, in json: JSONValue) -> ModelQuota? {
        let rows = (json["output"]?["quotas"]?.lenientItems ?? []).filter { $0["model"]?.string == model }
        let limits = rows.flatMap { row in ["model_limit", "workspace_limit"].compactMap { row[$0] } }
        let running = least("async_user_concurrency_limit", limits)
        let queue = least("async_user_queue_limit", limits)
        let rates = limits.compactMap { limit -> ModelQuota? in
            guard let submits = figure("request_limit", limit), let period = figure("request_limit_period", limit)
            else { return nil }
            return ModelQuota(submits: submits, perSeconds: period, running: running, queue: queue)
        }
        return rates.dropFirst().reduce(rates.first) { strictest, rate in strictest?.stricter(with: rate) }
    }

    private static func least(_ key: String, _ limits: [JSONValue]) -> Int? {
        limits.compactMap { figure(key, $0) }.min()
    }

    /// Zero and absurd figures are taken for not said: nothing could ever be sent with them.
    private static func figure(_ key: String, _ limit: JSONValue) -> Int? {
        limit[key]?.lenientInt.flatMap { (1...1_000_000).contains($0) ? $0 : nil }
    }
}
