public import struct Foundation.Date

/// A published file.
public struct OutputRecord: Sendable, Codable, Equatable {
    public var render: RenderID
    /// The provider's index, from one.
    public var index: Int
    /// File name within the job's folder.
    public var file: String
    public var bytes: Int
    /// Of the file as it was published.
    public var sha256: String
    public var mediaType: String
    public var width: Int?
    public var height: Int?
    /// The link it came from, without its query.
    public var source: String
    public var publishedAt: Date
    /// Digest of the bytes as the provider sent them; nil if they were published unchanged.
    public var receivedSHA256: String?
    /// How long a video plays.
    public var durationSeconds: Double?
    /// When the link it came from dies, where that is known.
    public var expiresAt: Date?

    public init(
        render: RenderID, index: Int, file: String, bytes: Int, sha256: String, mediaType: String, width: Int?,
        height: Int?, source: String, publishedAt: Date, receivedSHA256: String? = nil, durationSeconds: Double? = nil,
        expiresAt: Date? = nil
    ) {
        self.render = render
        self.index = index
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.mediaType = mediaType
        self.width = width
        self.height = height
        self.source = source
        self.publishedAt = publishedAt
        self.receivedSHA256 = receivedSHA256
        self.durationSeconds = durationSeconds
        self.expiresAt = expiresAt
    }
}

/// What an upload belongs to: with another key, at another host or for another model the provider does not find it.
public struct UploadKey: Sendable, Codable, Hashable {
    public var sha256: String
    public var model: String
    public var account: String
    /// Distinguishes the key of the upload from other keys; empty: keys are not distinguished.
    public var keyMark: String
    /// Of the API, with its port: `https://dashscope.aliyuncs.com:443`.
    public var host: String
    public var region: String

    public init(sha256: String, model: String, account: String, keyMark: String, host: String, region: String) {
        self.sha256 = sha256
        self.model = model
        self.account = account
        self.keyMark = keyMark
        self.host = host
        self.region = region
    }
}

/// A file in the provider's temporary store, which later renders can use.
public struct UploadRecord: Sendable, Codable, Equatable {
    public var key: UploadKey
    /// `oss://…`
    public var url: String
    public var uploadedAt: Date

    public init(key: UploadKey, url: String, uploadedAt: Date) {
        self.key = key
        self.url = url
        self.uploadedAt = uploadedAt
    }
}
