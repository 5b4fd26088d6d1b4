import HTTPTypes
import ProviderSupport
public import RenderCore

extension WaveSpeedService: PriceTeller {
    public var priceTeller: (any PriceTeller)? { self }

    /// What one request with these inputs costs now. A quote that lacks an input falls to the floor of the model's price without a word,
    /// so every input is named, and a quote below the list price does not count.
    public func price(of plan: RenderPlan) async throws -> Money? {
        let body = Self.question(plan)
        for path in options.pricePaths {
            let answer = try await calls.question(.post, path, body: body, total: options.priceTotal)
            if answer.refusal == 404 || answer.refusal == 405 { continue }
            guard answer.isSuccess, let data = answer.data else {
                throw failures.question(answer, "the price of a request")
            }
            let amount =
                ["discounted_price", "price", "unit_price"].lazy.compactMap { data[$0]?.lenientDouble }.first
            guard let amount, amount >= 0,
                let quoted = Self.money(amount, data["currency"]?.filledText ?? options.currency)
            else { return nil }
            guard let listed = plan.estimate, listed.currency == quoted.currency else { return quoted }
            return listed.micros > quoted.micros ? listed : quoted
        }
        return nil
    }

    /// The smallest picture there is: it stands for a file, whose bytes decide no price.
    private static let stand =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

    static func question(_ plan: RenderPlan) -> JSONValue {
        var inputs = WaveSpeedBody.values(of: plan)
        for reference in plan.references {
            let link: JSONValue =
                if case .url(let url) = reference.source { .string(url) } else { .string(stand) }
            switch WaveSpeedPlace(reference.wire?.content[ProviderReference.placeKey]?.string ?? "images[]") {
            case .key(let key): inputs[key] = link
            case .list(let key): inputs[key] = .array((inputs[key]?.array ?? []) + [link])
            }
        }
        return ["model_id": .string(plan.model), "inputs": .object(inputs)]
    }
}
