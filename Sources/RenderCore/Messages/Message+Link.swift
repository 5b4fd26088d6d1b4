/// Why the provider can hardly fetch a link. No text repeats a link's path or query, which may be a signature.
extension Message {
    private static let makePublic = "put the file beside the job file, or on a web server that everybody can reach"

    /// - Parameters:
    ///   - why: `its address belongs to a private network`
    ///   - isPage: a web page is wanted, not a file.
    static func unreachableLink(_ why: String, isPage: Bool) -> Message {
        Message(
            "the provider cannot fetch this link: \(why)",
            next: isPage ? "name a page that everybody can reach" : makePublic)
    }

    /// - Parameter end: time, for people.
    static func expiredLink(_ end: String) -> Message {
        Message(
            "the provider cannot fetch this link: it expired on \(end)",
            next: "make a new one, or put the file beside the job file")
    }

    /// - Parameter advice: nil: there is no link to the file itself.
    static func linkToPage(of service: String, advice: String? = nil) -> Message {
        Message("this \(service) link leads to a page, not to the file", next: advice ?? makePublic)
    }

    // MARK: Services

    static let dropboxPage = linkToPage(of: "Dropbox", advice: "end it with `dl=1` instead of `dl=0`")

    static let drivePage = linkToPage(
        of: "Google Drive",
        advice: "write `https://drive.google.com/uc?export=download&id=…` with the file's id, or \(makePublic)")

    static let sharePointPage = linkToPage(
        of: "OneDrive", advice: "end it with `download=1`, and make sure that everybody with the link may read it")

    // MARK: Hosts

    static func isThisComputer(_ host: String) -> String { "`\(host)` is this computer itself" }
    static func isPrivateName(_ host: String) -> String { "`\(host.prefix(80))` is a name in a private network" }
    static func isBareName(_ host: String) -> String { "`\(host.prefix(80))` is a computer's name without a domain" }
    static let ownAddress = "its address is this computer itself"
    static let privateAddress = "its address belongs to a private network"
    static let cableAddress = "its address works within one network segment only (link-local)"
    static let nobodysAddress = "its address belongs to no computer"
}
