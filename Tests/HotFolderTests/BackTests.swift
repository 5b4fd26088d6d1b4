import Foundation
import HotFolder
import RenderCore
import Testing

/// A job's folder on its way back from `failed/` or `archive/`.
@Suite struct BackTests {
    private static let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  // of abc

    /// A workspace with a job that has ended.
    private static func ended(_ shelf: Shelf, at base: String = "/tmp") async throws -> (Place, FolderWorkspace) {
        let place = try Place(at: base)
        try place.put("inbox/Acme/cat.yaml", "abc")
        let workspace = FolderWorkspace(place.folders)
        let drop = try await workspace.claim(place.entry("Acme/cat.yaml"), as: Place.job, journal: ["step": "claim"])
        #expect(drop?.sha256 == digest)
        let papers = ["ERROR.txt": Array("no".utf8), "cat.failed.json": Array("{}".utf8)]
        _ = try await workspace.finish(Place.job, in: shelf, folder: "Acme", name: "cat", files: papers)
        return (place, workspace)
    }

    private func takeBack(_ workspace: FolderWorkspace) async throws -> TakenBack {
        try await workspace.takeBack(Place.job, folder: "Acme", file: "cat.yaml", sha256: Self.digest)
    }

    @Test func `taken back it lies in working under its name, without the papers of its end`() async throws {
        let (place, workspace) = try await Self.ended(.failed)
        #expect(try await takeBack(workspace) == .taken)
        let folder = "working/Acme/cat~" + Place.job.tail
        #expect(try place.names(folder) == [".renderdrop-job", "cat.yaml", "journal.jsonl"])
        #expect(!place.exists("failed/Acme/cat"))
        try await workspace.journal(Place.job, ["step": "reopened"], .now)
        // Once more, as after a crash, also by a process that has not seen it before.
        #expect(try await takeBack(workspace) == .taken)
        #expect(try await takeBack(FolderWorkspace(place.folders)) == .taken)
        #expect(try await workspace.leftovers().map(\.id) == [Place.job])
    }

    @Test func `a job file that was changed or is missing, and a folder that is gone, stay as they are`() async throws {
        let (place, workspace) = try await Self.ended(.failed)
        try place.put("failed/Acme/cat/cat.yaml", "abcd")
        #expect(try await takeBack(workspace) == .changed("failed/Acme/cat"))
        try FileManager.default.removeItem(atPath: place.root + "/failed/Acme/cat/cat.yaml")
        #expect(try await takeBack(workspace) == .missing("failed/Acme/cat"))
        #expect(place.exists("failed/Acme/cat/ERROR.txt"))
        try FileManager.default.moveItem(atPath: place.root + "/failed/Acme/cat", toPath: place.root + "/cat")
        #expect(try await takeBack(workspace) == .gone)
    }

    @Test(arguments: [Shelf.failed, .archive])
    func `given back it lies in the inbox, marked, and is known for the job that it was`(shelf: Shelf) async throws {
        let (place, workspace) = try await Self.ended(shelf)
        #expect(try await workspace.giveBack(Place.job, folder: "Acme") == "Acme/cat")
        #expect(place.text("inbox/Acme/cat/cat.yaml") == "abc" && !place.exists("\(shelf.rawValue)/Acme/cat"))
        #expect(try await workspace.isGivenBack(folder: "Acme/cat"))
        #expect(try await workspace.returnedJob(folder: "Acme/cat") == Place.job)
        #expect(try await !workspace.isGivenBack(folder: "Acme"))
        #expect(try await !workspace.isGivenBack(folder: "nowhere"))
        #expect(try await workspace.giveBack(Place.job, folder: "Acme") == nil)
    }
}
