import ProviderSupport
import RenderCore

/// The permission to put files into the temporary store, for one model and some minutes.
struct UploadPolicy: Sendable, Equatable {
    var accessKeyID: String
    var signature: String
    var policy: String
    var folder: String
    var host: String
    var acl: String
    var forbidsOverwrite: String
    var lifeSeconds: Int
    var fileMebibytesMax: Int?

    /// Nil where something is missing without which nothing can be uploaded.
    init?(_ answer: JSONValue?) {
        guard let data = answer?["data"], let accessKeyID = data["oss_access_key_id"]?.string,
            let signature = data["signature"]?.string, let policy = data["policy"]?.string,
            let folder = data["upload_dir"]?.string, let host = data["upload_host"]?.string
        else { return nil }
        self.accessKeyID = accessKeyID
        self.signature = signature
        self.policy = policy
        self.folder = folder
        self.host = host
        acl = data["x_oss_object_acl"]?.string ?? "private"
        forbidsOverwrite = data["x_oss_forbid_overwrite"]?.lenientText ?? "true"
        lifeSeconds = data["expire_in_seconds"]?.lenientInt ?? 60
        fileMebibytesMax = data["max_file_size_mb"]?.lenientInt
    }

    /// The form's fields in the order in which the store wants them; the file comes last.
    func fields(key: String, mediaType: String) -> [(name: String, value: String)] {
        [
            ("OSSAccessKeyId", accessKeyID), ("Signature", signature), ("policy", policy), ("key", key),
            ("x-oss-object-acl", acl), ("x-oss-forbid-overwrite", forbidsOverwrite), ("success_action_status", "200"),
            ("x-oss-content-type", mediaType),
        ]
    }
}
