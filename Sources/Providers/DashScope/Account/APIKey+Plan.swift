import ProviderSupport

extension APIKey {
    /// A key of a coding plan: the provider takes it for text only.
    var isForCodingPlan: Bool { secret.hasPrefix("sk-sp-") }
}
