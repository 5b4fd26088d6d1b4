extension ModelCatalogue {
    /// The same with every price of nothing in this currency: nothing is nothing in each, and a budget counts one currency only.
    public func pricing(freeIn currency: String) -> ModelCatalogue {
        var copy = self
        for var model in models {
            let prices = model.prices.mapValues { $0.isFree ? $0.free(in: currency) : $0 }
            guard prices != model.prices else { continue }
            model.prices = prices
            copy.put(ShelvedModel(model))
        }
        return copy
    }
}

extension Price {
    fileprivate var isFree: Bool { tiers.allSatisfy { $0.amount.micros == 0 } && (input?.micros ?? 0) == 0 }

    fileprivate func free(in currency: String) -> Price {
        var copy = self
        for index in tiers.indices { copy.tiers[index].amount = Money(micros: 0, currency: currency) }
        copy.input = nil
        return copy
    }
}
