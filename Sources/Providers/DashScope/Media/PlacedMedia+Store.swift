import ProviderSupport

extension PlacedMedia {
    /// Whether the provider must be told to look into its temporary store.
    var isInTemporaryStore: Bool {
        if case .link(let url) = place { return url.hasPrefix("oss://") }
        return false
    }
}
