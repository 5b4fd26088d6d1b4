/// References on their way to the provider.
extension Message {
    /// A link in a job file.
    public static func linkNotFetched() -> Message {
        Message(
            "the provider could not fetch a reference",
            next:
                "check that the link opens without signing in and has not expired, or put the file beside the job file")
    }

    public static func uploadListUnreadable(_ error: String) -> Message {
        Message(
            "renderdrop cannot read its list of uploads: \(error)",
            next: "check the disk that holds the state folder; renderdrop tries again")
    }

    public static func uploadTooLarge(_ name: String, mebibytesMax: Int) -> Message {
        Message(
            "\(name) is larger than \(mebibytesMax) MiB, the most that the provider takes", next: "use a smaller file")
    }

    public static func uploadHostForeign() -> Message {
        Message(
            "the provider named a host for uploads that is not one of its own",
            next: "if you trust that host, add it to result_hosts in watch.yaml")
    }

    public static func uploadAnsweredByAnother(origin: String) -> Message {
        Message(
            "the answer from \(origin) to an upload does not come from the provider's store",
            next: "renderdrop tries again; if this continues, check the proxy on the way")
    }

    /// - Parameter said: the store's words; nil: it gave none.
    public static func uploadRefused(_ said: String?, isTooLarge: Bool) -> Message {
        Message(
            "upload: \(said ?? "the provider's store refused the file")",
            next: isTooLarge ? "use a smaller file" : "renderdrop tries again")
    }

    public static func referenceOutsideJob(_ name: String) -> Message {
        Message("\(name) is outside the job's folder", next: "use plain file names, without folders")
    }

    public static func referenceUnreadable(_ name: String, reason: String) -> Message {
        Message("\(name) cannot be read (\(reason))", next: "put the file back into the job's folder, then \(moveBack)")
    }

    public static func referenceNotRegular(_ name: String) -> Message {
        Message("\(name) is not a regular file", next: "replace it with the file itself, then \(moveBack)")
    }

    public static func referenceLengthChanged(_ name: String) -> Message {
        Message(
            "\(name) is not as long as it was when renderdrop took the job",
            next: "put the right file into the job's folder, then \(moveBack)")
    }
}
