import RenderCore

/// A scan after which nothing is left to do until something changes. The next scan of the same listing has its result.
struct QuietScan: Sendable {
    var listing: InboxListing
    var result: ScanResult
    /// The names that were searched for in the assets.
    var names: [String]
    var assets: [String: AssetMatch]

    init(listing: InboxListing, result: ScanResult, assets: [String: AssetMatch]) {
        self.listing = listing
        self.result = result
        self.assets = assets
        names = assets.keys.sorted()
    }
}

extension WaitingReason {
    /// Whether it stays true until the inbox or the assets change, or until a time that the scan names. All others
    /// depend on the ledger, on other programs, or on permissions.
    var isSteady: Bool {
        switch self {
        case .empty, .nameNotText, .symbolicLink, .specialFile, .kindNotTaken, .tooLarge, .unnamedMedia,
            .unnamedDocument, .conflictCopy, .notBefore, .openingHours, .overMaxCost, .folderUnreadable:
            true
        case .references(_, _, let areThere, _): !areThere
        default: false
        }
    }
}
