/// How the requests of the catalogue's provider are spelled: its paths, the forms of its bodies, the places of media in them.
///
/// The catalogue and the planner keep these words and pass them on; only the provider knows what they mean. Whatever comes of a plan
/// is an opaque `ProviderPlan`, and of a reference a `ProviderReference`.
public protocol RequestSpelling: Sendable {
    /// The provider's name, as routes and plans have it.
    var provider: String { get }

    /// The regions that a row may name: prices, limits and ids may differ between them. At least one.
    var regions: [String] { get }

    /// The region that a word of a row means; nil: none.
    func region(named word: String) -> String?

    /// The forms that a row or a job file may name, in the order in which messages list them.
    var forms: [RequestForm] { get }

    /// How a path may look, for messages.
    var pathExample: String { get }

    /// Whether a job file may name this path.
    func allows(path: String) -> Bool

    /// The keys by which a row says where the files of an input stand; the first that it has counts.
    var placeKeys: [String] { get }

    /// The place that a row names by one of these keys; nil: there is no such place.
    func place(_ key: String, _ text: String) -> MediaPlace?

    /// The provider's part of a reference.
    ///
    /// - Parameters:
    ///   - place: nil where the row names none: the form's own.
    ///   - isUploaded: however small it is.
    func reference(at place: MediaPlace?, isUploaded: Bool) -> ProviderReference?

    /// What a model that the catalogue does not know may take, if its requests have this form.
    func inputs(of form: RequestForm) -> [Model.Input]

    /// A file that a job gives such a model under a word of the provider's own.
    func input(named word: String, _ kind: MediaKind, of form: RequestForm?) -> Model.Input

    /// The provider's part of a plan.
    ///
    /// - Parameter input: parameters that belong to the request's input.
    func plan(_ endpoint: Model.Endpoint, input: [String: JSONValue]) -> ProviderPlan

    /// The provider's part of a plan, read back from the `request` of a sidecar.
    func plan(sidecar request: JSONValue, endpoint: String) -> ProviderPlan
}

extension RequestSpelling {
    public var regions: [String] { Region.allCases.map(\.rawValue) }

    public func region(named word: String) -> String? { Region(named: word)?.rawValue }

    func form(_ name: String) -> RequestForm? { forms.first { $0.name == name } }

    var formNames: [String] { forms.map(\.name) }
}
