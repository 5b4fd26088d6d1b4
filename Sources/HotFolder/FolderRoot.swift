import Glibc
import RenderCore

/// One of the workspace's folders. Opened anew for every piece of work: a descriptor kept open would hold on to a share that
/// is gone, or to what lay under it before it was mounted.
struct FolderRoot: Sendable {
    let path: String
    /// Users' folders of assets have no marker.
    var isMarked = true

    func open() throws(FileError) -> Descriptor {
        let folder = try Descriptor.folder(at: path)
        if isMarked, try folder.facts(of: OwnFiles.marker) == nil {
            throw FileError(.markerMissing, "use", path, .folder)
        }
        return folder
    }
}
