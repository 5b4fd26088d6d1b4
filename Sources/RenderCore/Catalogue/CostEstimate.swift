/// What a submission is expected to cost, by the catalogue's price list.
public enum CostEstimate {
    /// - Parameters:
    ///   - model: the rules that hold for the request (`Model.rules`).
    ///   - area: pixels of one output; nil where the model chooses, which counts as large.
    /// - Returns: nil where the catalogue has no price for the region.
    public static func of(_ model: Model, region: String, count: Int, references: Int, area: Int?) -> Money? {
        guard let price = model.prices[region] else { return nil }
        var each = price.output
        if let large = price.largeOutput, area.map({ $0 > price.largeAbove ?? 0 }) ?? true { each = large }
        var total = each * count
        if let input = price.input { total.micros += (input * references).micros }
        return total
    }
}
