import DashScopeSimulator
import Foundation

/// A drop of its own kind, to be killed at every effect that it has.
enum CrashVariant: String, CaseIterable, Sendable {
    case one, several, messages, seeds, matrix, documents, inFolder
    case edit, editOfTwo, upload, asset
    case maskedEdit, outPainting, article
    case film, filmFromPicture, filmFromUploads, filmEdit, animation
    case call, callForSeveral, calls, editCall, uploadCall, streamedCall
    case fails, failsInPart, failsInAllParts, refused, invalid

    private static let plain = "prompt: A tin robot\nmodel: wan2.2-t2i-flash\nsize: 512*512\n"
    private static let picture = "prompt: A red hat\nmodel: wan2.5-i2i-preview\nsize: 768*768\nseed: 7\n"
    private static let direct = "prompt: A paper boat\nmodel: qwen-image-2.0\nsize: 512*512\n"
    private static let directWithPicture = "prompt: A red hat\nmodel: qwen-image-edit-plus\nsize: 512*512\nseed: 7\n"

    private static let tale =
        "prompt: A tale of a boat\nmodel: wan2.6-image\nparameters: {enable_interleave: true, max_images: 2}\n"
        + "size: 768*768\nseed: 7\n"

    var text: String {
        switch self {
        case .one, .inFolder: Self.plain + "seed: 7\n"
        case .several: Self.plain + "seed: 7\nn: 3\n"
        case .messages: "prompt: A tin robot\nmodel: wan2.7-image\nsize: 768*768\nseed: 7\nn: 2\n"
        case .seeds: Self.plain + "seed: [7, 8, 9]\n"
        case .matrix:
            Self.plain.replacing("prompt: A tin robot", with: "prompt: \"A tin robot in {colour}\"")
                + "seed: 7\nmatrix: {colour: [red, blue]}\n"
        case .documents: Self.plain + "seed: 7\n---\n" + Self.direct + "seed: 8\n"
        case .edit, .upload, .asset: Self.picture + "references: [a.jpg]\n"
        case .editOfTwo: Self.picture + "references: [a.jpg, b.jpg]\nn: 2\n"
        case .maskedEdit:
            "prompt: a blue door\nmodel: wanx2.1-imageedit\nfunction: description_edit_with_mask\n"
                + "references: [a.jpg]\nmask: b.jpg\nseed: 7\n"
        case .outPainting:
            "model: image-out-painting\nreferences: [a.jpg]\nparameters: {x_scale: 1.5, y_scale: 1.0}\n"
        case .article: Self.tale
        case .film: "prompt: A paper boat\nmodel: wan2.2-t2v-plus\nresolution: 480P\nseed: 7\n"
        case .filmFromPicture:
            "prompt: She waves\nmodel: wan2.6-i2v-flash\nfirst_frame: a.jpg\nresolution: 720P\nseed: 7\n"
        case .filmFromUploads:
            "prompt: She turns\nmodel: wan2.7-i2v\nfirst_frame: a.jpg\nlast_frame: b.jpg\nresolution: 720P\nseed: 7\n"
        case .filmEdit:
            "prompt: In winter\nmodel: wan2.7-videoedit\nvideo: c.mp4\nreferences: [a.jpg]\nresolution: 720P\nseed: 7\n"
        case .animation: "model: wan2.2-animate-move\nreferences: [a.jpg]\nvideo: c.mp4\n"
        case .streamedCall: Self.tale + "endpoint: E1-stream\n"
        case .call: Self.direct + "seed: 7\n"
        case .callForSeveral: Self.direct + "seed: 7\nn: 2\n"
        case .calls: Self.direct + "seed: [7, 8]\n"
        case .editCall, .uploadCall: Self.directWithPicture + "references: [a.jpg]\n"
        case .fails: Self.plain.replacing("wan2.2-t2i-flash", with: TortureJob.failing) + "seed: 7\n"
        case .failsInPart: Self.plain.replacing("wan2.2-t2i-flash", with: TortureJob.failingInPart) + "seed: 7\nn: 2\n"
        case .failsInAllParts: Self.plain.replacing("wan2.2-t2i-flash", with: TortureJob.failingInPart) + "seed: 7\n"
        case .refused: Self.direct.replacing("qwen-image-2.0", with: "z-image-turbo") + "seed: 7\n"
        case .invalid: Self.plain.replacing("flash", with: "flsh") + "seed: 7\n"
        }
    }

    /// Some of its renders leave tasks that can be looked for.
    var isAsync: Bool {
        switch self {
        case .call, .callForSeveral, .calls, .editCall, .uploadCall, .streamedCall, .refused: false
        case .one, .several, .messages, .seeds, .matrix, .documents, .inFolder, .edit, .editOfTwo, .upload, .asset,
            .maskedEdit, .outPainting, .article, .film, .filmFromPicture, .filmFromUploads, .filmEdit, .animation,
            .fails,
            .failsInPart, .failsInAllParts, .invalid:
            true
        }
    }

    /// What lies beside the job file, by paths in the workspace.
    var media: [String] {
        switch self {
        case .edit, .upload, .editCall, .uploadCall, .outPainting, .filmFromPicture: ["inbox/a.jpg"]
        case .editOfTwo, .maskedEdit, .filmFromUploads: ["inbox/a.jpg", "inbox/b.jpg"]
        case .filmEdit, .animation: ["inbox/a.jpg", "inbox/c.mp4"]
        case .asset: ["assets/a.jpg"]
        case .one, .several, .messages, .seeds, .matrix, .documents, .inFolder, .article, .film, .call,
            .callForSeveral, .calls, .streamedCall, .fails, .failsInPart, .failsInAllParts, .refused, .invalid:
            []
        }
    }

    var path: String { self == .inFolder ? "inbox/team/job.yaml" : "inbox/job.yaml" }

    /// Is told to upload what would travel within the body. Out-painting, film edits and animations upload without being told.
    var uploadsAll: Bool { self == .upload || self == .uploadCall || self == .filmFromUploads }

    static let faults = [
        FaultRule(.init(.submit, model: TortureJob.failing), .taskFails(code: "DataInspectionFailed")),
        FaultRule(.init(.submit, model: TortureJob.failingInPart), .partialFailure(1)),
        FaultRule(.init(.submit, model: "z-image-turbo"), .status(400, code: "DataInspectionFailed")),
    ]
}
