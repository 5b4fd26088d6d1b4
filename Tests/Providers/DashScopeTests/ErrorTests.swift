import Foundation
import ProviderSupport
import RenderCore
import Testing

@testable import DashScope

/// Written from the provider's list of codes, not from the table: code, message, status, fault, retryable.
private let expectations: [(String, String, Int, Failure.Fault, Bool)] = [
    ("InvalidParameter", "num_images_per_prompt must be 1", 400, .job, false),
    ("InvalidParameter", "Model not exist.", 400, .job, false),
    ("InvalidParameter", "url error, please check url！", 400, .job, false),
    ("InvalidParameter", "Field required: input.media", 400, .job, false),
    ("InvalidParameter", "messages length only support 1", 400, .job, false),
    ("InvalidParameter", "content length only support 2", 400, .job, false),
    ("InvalidParameter", "lack of image or text", 400, .job, false),
    ("InvalidParameter", "Range of n should be [1, 4]", 400, .job, false),
    ("InvalidParameter", "The size is not match the allowed size [...]", 400, .job, false),
    ("InvalidParameter", "Expected format: '<width>*<height>'", 400, .job, false),
    ("InvalidParameter", "read image error.", 400, .job, false),
    ("InvalidParameter", "the size of input image is too small or too large.", 400, .job, false),
    ("InvalidParameter", "download image failed", 400, .job, false),
    ("InvalidParameter", "Exceeded limit on max bytes per data-uri item : 10485760", 400, .job, false),
    ("InvalidParameter", "input json error.", 400, .job, false),
    ("InvalidParameter", "something else", 400, .job, false),
    ("InvalidParameter", "x-dashscope-sse and stream parameter mismatch. ", 400, .job, false),
    ("InvalidParameter", "request timeout after 23 seconds.", 400, .provider, true),
    ("InvalidParameter.DataInspection", "Unable to download the media resource", 400, .job, false),
    ("InvalidParameter.FileDownload", "download for input_image error", 200, .job, false),
    ("InvalidParameter.NeverSeen", "x", 400, .job, false),
    ("InvalidURL", "x", 400, .job, false), ("InvalidURL.ConnectionRefused", "x", 400, .job, false),
    ("InvalidURL.Timeout", "x", 400, .job, false), ("BadRequest.EmptyInput", "x", 400, .job, false),
    ("BadRequest.EmptyModel", "x", 400, .job, false), ("BadRequest.EmptyParameters", "x", 400, .job, false),
    ("BadRequest.IllegalInput", "x", 400, .job, false), ("BadRequest.InputDownloadFailed", "x", 400, .job, false),
    ("BadRequest.UnsupportedFileFormat", "x", 400, .job, false), ("BadRequest.TooLarge", "x", 400, .job, false),
    ("InvalidImage.ImageSize", "x", 400, .job, false), ("InvalidImageResolution", "x", 400, .job, false),
    ("InvalidImageFormat", "x", 400, .job, false), ("InvalidImage.FileFormat", "x", 400, .job, false),
    ("InvalidFile.Size", "x", 400, .job, false), ("InvalidFile.Format", "x", 400, .job, false),
    ("InvalidFile.Duration", "x", 400, .job, false), ("InvalidFile.Resolution", "x", 400, .job, false),
    ("InvalidFile.AspectRatio", "x", 400, .job, false), ("InvalidFile.FPS", "x", 400, .job, false),
    ("InvalidFile.NoHuman", "x", 400, .job, false), ("InvalidFile.FacePose", "x", 400, .job, false),
    ("InvalidFile.MultiHuman", "x", 400, .job, false), ("InvalidImage.NoHumanFace", "x", 400, .job, false),
    ("InvalidPerson", "x", 400, .job, false),
    ("DataInspectionFailed", "Input data may contain inappropriate content.", 400, .job, false),
    ("data_inspection_failed", "Output data may contain inappropriate content.", 400, .job, false),
    ("IPInfringementSuspect", "x", 400, .job, false), ("CustomRoleBlocked", "x", 400, .job, false),
    ("FaqRuleBlocked", "x", 400, .job, false), ("Arrearage", "x", 400, .account, false),
    ("UnsupportedOperation", "x", 400, .job, false), ("APIConnectionError", "x", 400, .provider, true),
    ("ClientDisconnect", "x", 400, .provider, true), ("InvalidApiKey", "x", 401, .account, false),
    ("invalid_api_key", "x", 401, .account, false), ("NOT AUTHORIZED", "x", 401, .account, false),
    ("AccessDenied", "Current user api does not support asynchronous calls.", 403, .job, false),
    ("AccessDenied", "current user api does not support synchronous calls.", 403, .job, false),
    ("AccessDenied", "Access denied.", 403, .job, false),
    ("AccessDenied", "Invalid according to Policy: Policy expired.", 403, .provider, true),
    ("AccessDenied.Unpurchased", "x", 403, .account, false), ("Model.AccessDenied", "x", 403, .account, false),
    ("access_denied", "Access denied.", 403, .job, false), ("Endpoint.AccessDenied", "x", 403, .job, false),
    ("invalid access token or token expired", "x", 401, .account, false),
    ("BailianGateway.Workspace.NotAuthorised", "x", 200, .account, false),
    ("BailianGateway.Team.NotAuthorised", "x", 200, .account, false),
    ("BudgetLimitExceeded", "x", 429, .account, false),
    ("Throttling.Concurrency", "x", 429, .throttled, true),
    ("Throttling.ServiceOverloaded", "x", 429, .throttled, true),
    ("Throttling.ResourceExhausted", "x", 429, .throttled, true), ("ResourceExhausted", "x", 429, .throttled, true),
    ("Too many requests", "x", 429, .throttled, true),
    ("Throttling.AllocationQuota", "Batch requests are throttled due to capacity", 429, .throttled, true),
    ("Throttling.AllocationQuota", "week allocated quota exceeded", 429, .account, false),
    ("ServiceUnavailable", "x", 503, .provider, true), ("ServiceUnavailableError", "x", 400, .job, false),
    ("InternalError.Configuration", "x", 500, .provider, true),
    ("InternalError.DataInspection", "x", 500, .provider, true),
    ("InternalError.TranslationFailed", "x", 500, .provider, true),
    ("InternalError.RewriteFailed", "x", 500, .provider, true),
    ("InternalError.Algo", "Missing Content-Length of multimodal url", 500, .job, false),
    ("InternalError.Algo", "Role must be in [user, assistant]", 500, .job, false),
    ("InternalError.Algo", "Embedding_pipeline_Error: x", 500, .job, false),
    ("InvokePluginFailed", "x", 500, .provider, true), ("AppProcessFailed", "x", 500, .provider, true),
    ("RetrivalFailed", "x", 500, .provider, true), ("GatewayTimeout.InputDownload", "x", 504, .job, false),
    ("InvalidParameter.NotSupportEnableThinking", "x", 400, .job, false), ("invalid_value", "x", 400, .job, false),
    ("InvalidSchema", "x", 400, .job, false), ("InvalidSchemaFormat", "x", 400, .job, false),
    ("BadRequestException", "x", 400, .job, false), ("BadRequest.ResourceNotExist", "x", 400, .job, false),
    ("BadRequest.VoiceNotFound", "x", 400, .job, false), ("FlowNotPublished", "x", 400, .job, false),
    ("InvalidGarment", "x", 400, .job, false), ("InvalidFile.DownloadFailed", "x", 400, .job, false),
    ("InvalidFile.ImageSize", "x", 400, .job, false), ("InvalidFile.Value", "x", 400, .job, false),
    ("InvalidFile.Openerror", "x", 400, .job, false), ("InvalidFile.AudioLengthError", "x", 400, .job, false),
    ("InvalidFile.Content", "x", 400, .job, false), ("InvalidFile.Template.Content", "x", 400, .job, false),
    ("InvalidInputLength", "x", 400, .job, false), ("InvalidFile.BodyProportion", "x", 400, .job, false),
    ("InvalidFile.FrontBody", "x", 400, .job, false), ("InvalidFile.FullFace", "x", 400, .job, false),
    ("InvalidFile.FaceNotMatch", "x", 400, .job, false), ("InvalidFile.FullBody", "x", 400, .job, false),
    ("InvalidFile.BodyPose", "x", 400, .job, false),
    ("Workspace.AccessDenied", "x", 403, .account, false), ("App.AccessDenied", "x", 403, .account, false),
    ("AllocationQuota.FreeTierOnly", "x", 403, .account, false), ("ModelNotFound", "x", 404, .job, false),
    ("model_not_found", "x", 404, .job, false), ("model_not_supported", "x", 404, .job, false),
    ("WorkSpaceNotFound", "x", 404, .account, false), ("NotFound", "x", 404, .account, false),
    ("Conflict", "x", 409, .job, false), ("Throttling", "x", 429, .throttled, true),
    ("Throttling.RateQuota", "x", 429, .throttled, true), ("LimitRequests", "x", 429, .throttled, true),
    ("limit_requests", "x", 429, .throttled, true), ("Throttling.BurstRate", "x", 429, .throttled, true),
    ("limit_burst_rate", "x", 429, .throttled, true), ("Throttling.NeverSeen", "x", 429, .throttled, true),
    ("Throttling.AllocationQuota", "Allocated quota exceeded, please increase", 400, .throttled, true),
    ("insufficient_quota", "You exceeded your current quota", 429, .throttled, true),
    ("Throttling.AllocationQuota", "Free allocated quota exceeded.", 429, .account, false),
    ("CommodityNotPurchased", "x", 429, .account, false), ("PrepaidBillOverdue", "x", 429, .account, false),
    ("PostpaidBillOverdue", "x", 429, .account, false), ("InternalError", "x", 500, .provider, true),
    ("InternalError.Algo", "x", 500, .provider, true), ("SystemError", "x", 500, .provider, true),
    ("ModelServiceFailed", "x", 500, .provider, true), ("InternalError.Timeout", "x", 500, .provider, true),
    ("InternalError.Upload", "x", 500, .provider, true), ("InternalError.FileUpload", "x", 500, .provider, true),
    ("RequestTimeOut", "x", 500, .provider, true), ("ResponseTimeout", "x", 500, .provider, true),
    ("RewriteFailed", "x", 500, .provider, true), ("ModelServingError", "x", 503, .provider, true),
    ("ModelUnavailable", "x", 503, .provider, true),
    // Codes that nobody has seen yet.
    ("Brandnew", "x", 400, .job, false), ("Brandnew", "x", 401, .account, false),
    ("Brandnew", "x", 403, .account, false),
    ("Brandnew", "x", 429, .throttled, true), ("Brandnew", "x", 500, .provider, true),
    ("Brandnew", "x", 503, .provider, true),
    ("Brandnew", "x", 408, .provider, true),
]

@Suite struct ErrorTests {
    @Test(arguments: expectations)
    func `a code says who is at fault and whether to try again`(
        code: String, message: String, status: Int, fault: Failure.Fault, retryable: Bool
    ) throws {
        let endpoint = try Endpoint(region: "beijing")
        for code in [code, code.uppercased()] {
            let failure = ErrorMapping.failure(
                code: code, message: message, status: status, requestID: "r", endpoint: endpoint
            ).failure
            #expect(failure.fault == fault)
            #expect(failure.retryable == retryable)
            #expect(!failure.advice.isEmpty && !failure.advice.contains("{"))
        }
    }

    @Test func `every row can be reached and every code of the table was expected`() {
        let expected = Set(expectations.map { $0.0.lowercased() })
        let bases: Set<String> = [
            "badrequest", "invalidimage", "invalidfile", "invalid_parameter_error",
            "invalid_request_error", "internal_error",
        ]
        for row in ErrorTable.rows {
            for code in row.codes {
                #expect(ErrorMapping.row(code: code, message: row.said.first ?? "") == row)
                #expect(expected.contains(code.lowercased()) || bases.contains(code.lowercased()), "\(code)")
            }
            #expect(row.said.allSatisfy { $0 == $0.lowercased() })
        }
    }

    @Test(arguments: [
        #"{"code":"Arrearage","message":"pay"}"#, #"{"Code":"Arrearage","Message":"pay","RequestId":"r"}"#,
        #"{"errorCode":"Arrearage","errorMessage":"pay"}"#, #"{"error_code":"Arrearage","error_msg":"pay"}"#,
        #"{"ErrorCode":"Arrearage","ErrorMessage":"pay"}"#, #"{"error":{"Code":"Arrearage","Message":"pay"}}"#,
        #"{"Error":{"code":"Arrearage","message":"pay"}}"#, #"{"code":null,"error_code":"Arrearage","msg":"pay"}"#,
    ])
    func `code and message are read under whatever name they have`(body: String) async throws {
        let failure = await #expect(throws: Failure.self) {
            _ = try await Bench([.answer(400, body)]).service.query(TaskID("t"))
        }
        #expect(failure?.code == "Arrearage" && failure?.message == "pay" && failure?.fault == .account, "\(body)")
    }

    @Test func `a word of success is no code of an error`() {
        #expect(JSONBytes.parse(Array(#"{"Code":"Success","Message":"ok"}"#.utf8))?.errorCode == nil)
        #expect(JSONBytes.parse(Array(#"{"code":200,"message":"fine"}"#.utf8))?.errorCode == nil)
    }

    /// A code as it may come, its message, its status; then words of the advice, or nil where it is tried again.
    static let dressed: [(String, String, Int, String?)] = [
        ("InternalError.Algo.DataInspectionFailed", "Input data may contain", 400, "reword the prompt"),
        ("internalerror.algo.datainspectionfailed", "Output data may contain", 400, "another seed"),
        ("InternalError_Algo_DataInspectionFailed", "x", 400, "reword the prompt"),
        ("InternalErrorAlgoDataInspectionFailed", "x", 500, "reword the prompt"),
        ("DATA-INSPECTION-FAILED", "x", 400, "reword the prompt"),
        ("DataInspectionFailed/data_inspection_failed", "x", 400, "reword the prompt"),
        ("InternalError.Algo.InvalidParameter", "Range of n should be [1, 4]", 400, "in the range"),
        ("InternalError.Algo.InvalidParameter", "Range of n should be [1, 4]", 200, "in the range"),
        ("InternalError.Algo", "<400> InternalError.Algo.InvalidParameter: Range of n is 1", 200, "in the range"),
        ("InternalError.Algo", "<400> InternalError.Algo.DataInspectionFailed: no", 500, "reword the prompt"),
        ("InvalidParameter", "<400> InternalError.Algo.DataInspectionFailed: no", 400, "reword the prompt"),
        ("InternalError.Algo", "InternalError.Algo.DataInspectionFailed: no", 200, "reword the prompt"),
        ("InternalError.Algo", "<400> InternalError.Algo: something new", 200, "what the message names"),
        ("InternalError.Algo.SomethingNew", "x", 400, "what the message names"),
        ("InternalError.Algo", "x", 400, "what the message names"),
        ("Invalid_Api-Key", "x", 401, "check the key"), ("Model.InvalidApiKey", "x", 401, "check the key"),
        ("InternalError.Algo.Arrearage", "x", 400, "top up"),
        ("InternalError.Algo", "An error occurred in model serving", 429, nil),
        (
            "Throttling.ServiceOverloaded",
            "InternalError.Algo: An error occurred in model serving, error message is: [Too many requests.]", 429, nil
        ),
        ("InternalError.Algo", "inference internal error", 500, nil), ("InternalError.Algo.New", "x", 500, nil),
    ]

    @Test(arguments: dressed)
    func `a code is known whatever stands before it and however it is spelled`(
        code: String, message: String, status: Int, advice: String?
    ) throws {
        let failure = ErrorMapping.failure(
            code: code, message: message, status: status, requestID: nil, endpoint: try Endpoint(region: "beijing")
        ).failure
        #expect(failure.retryable == (advice == nil), "\(failure)")
        if let advice { #expect(failure.advice.contains(advice), "\(failure)") }
    }

    /// What each refusal holds up.
    @Test(
        arguments: [
            ("AllocationQuota.FreeTierOnly", "x", 403, .model),
            ("Throttling.AllocationQuota", "Free allocated quota exceeded.", 429, .model),
            ("insufficient_quota", "Free allocated quota exceeded.", 429, .model),
            ("Throttling.AllocationQuota", "Allocated quota exceeded", 429, .model),
            ("Throttling.RateQuota", "x", 429, .model),
            ("Throttling.AllocationQuota", "month allocated quota exceeded", 429, .key),
            ("ModelNotFound", "x", 404, .model),
            ("Model.AccessDenied", "x", 403, .model), ("InvalidApiKey", "x", 401, .key),
            ("WorkSpaceNotFound", "x", 404, .key),
            ("Arrearage", "x", 400, .account), ("BudgetLimitExceeded", "x", 429, .account),
            ("InvalidParameter", "x", 400, .job),
            ("DataInspectionFailed", "x", 400, .job), ("InternalError", "x", 500, .provider),
            ("ServiceUnavailable", "x", 503, .provider),
            ("Brandnew", "x", 403, .model), ("Brandnew", "x", 401, .key), ("Brandnew", "x", 402, .account),
        ] as [(String, String, Int, Failure.Scope)])
    func `a refusal says how far it reaches`(code: String, message: String, status: Int, scope: Failure.Scope) throws {
        let failure = ErrorMapping.failure(
            code: code, message: message, status: status, requestID: nil, endpoint: try Endpoint(region: "beijing")
        ).failure
        #expect(failure.scope == scope)
    }

    @Test func `what is tried again says other words at its end`() {
        for row in ErrorTable.rows where row.retryable {
            #expect(row.end?.contains(Message.renderMissing) == true, "\(row.codes)")
            #expect(row.end?.contains("renderdrop tries again") == false, "\(row.codes)")
        }
    }

    @Test(arguments: Array(0...999))
    func `every status has a place, and decides whether a submit was taken`(status: Int) throws {
        let row = StatusTable.row(of: status)
        #expect(row.fits(status) && !row.meaning.isEmpty && !row.advice.isEmpty)
        let isRefusal = (300..<500).contains(status) && ![408, 425, 499].contains(status)
        #expect((row.taken == .no) == isRefusal)
        if row.taken == .unknown { #expect(row.retryable && row.fault == .provider) }
    }

    @Test(
        arguments: [
            ("<!DOCTYPE html><html><head><title>\n Guest  Wi-Fi </title>", "Guest Wi-Fi"),
            ("\u{FEFF} <HTML><body>", ""),
            ("<?xml version='1.0'?><html><TITLE class='a'>502</TITLE>", "502"), ("<html><title>never ends", ""),
            ("<Error><Code>x</Code></Error>", nil), ("{}", nil), ("", nil), ("html", nil),
        ] as [(String, String?)])
    func `a web page is told by its beginning, with its title`(text: String, title: String?) {
        #expect(WebPage.title(of: Array(text.utf8)) == title)
    }

    @Test(
        arguments: [
            ("7", 7), (" 7", 7), ("0", 0), ("999999999999999999999", 86400), ("-1", nil), ("soon", nil), ("", nil),
            ("Wed, 18 Nov 2026 11:06:50 GMT", 10), ("Wed, 18 Nov 2026 11:06:30 GMT", 0),
            ("Wed, 32 Nov 2026 11:06:30 GMT", nil),
            ("Fri, 18 Nov 2050 11:06:30 GMT", 86400), ("Wed, 18 Nov 2026 11:06:50 CET", nil),
        ] as [(String, Int?)])
    func `Retry-After is read as seconds or as a date`(text: String, expected: Int?) {
        let now = Date(timeIntervalSince1970: 1_795_000_000)  // 2026-11-18 11:06:40 UTC
        #expect(ErrorMapping.retryAfterSeconds(text, now: now) == expected)
    }

    @Test func `what Retry-After asks for reaches the failure`() async throws {
        let bench = try Bench([.answer(429, #"{"code":"Throttling.RateQuota","message":"x"}"#, ["retry-after": "3"])])
        #expect(try await bench.submit().failure?.retryAfterSeconds == 3)
    }

    @Test func `the provider's words are made safe`() {
        let text = ProviderText.safe(
            "a\u{7}b https://x.example/p.png?Expires=1&Signature=abc, then \"http://y?z\" why? \(String(repeating: "w", count: 900))",
            key: nil)
        #expect(!text.contains("Signature") && !text.contains("?z") && !text.contains("\u{7}"))
        #expect(text.contains("why?") && text.count <= 501)
    }

    /// `RENDERDROP_WRITE_DOCS=1` writes the page anew.
    @Test func `docs errors md is the table`() throws {
        let page = ErrorPage.text
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("docs/errors.md")
        if ProcessInfo.processInfo.environment["RENDERDROP_WRITE_DOCS"] == "1" {
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }
}

/// The table as a page.
private enum ErrorPage {
    static var text: String {
        var out = """
            # What the provider's errors mean

            The code decides, not the HTTP status: a 429 can be an unpaid bill. renderdrop compares codes without regard to case,
            to `_`, `-` and `.`, and to any prefix: `InternalError.Algo.DataInspectionFailed` is `DataInspectionFailed`, also at
            the beginning of a message (`<400> InternalError.Algo.InvalidParameter: …`). If one code has several meanings, a part
            of the message distinguishes them; the first matching row applies. An unlisted `InternalError.Something` is read as
            `InternalError`, but with a 4xx it is a refusal of this request. Any other unlisted code is classified by its status:
            for 401 the key is at fault, for 402 the account, for 403 the model; 429 means too many requests; for any other 4xx
            the job is at fault. In all other cases the provider is at fault, and nothing is proved.

            The column *at fault* decides what happens. **job**: this render fails with the advice below. **throttled**: the
            render waits and is sent again more slowly. **provider**: the render is tried again later. **account**: everything
            that the refusal affects waits for a person, with one notice; nothing fails. The next column says what it affects:
            **job**, **model** (other models continue), **key**, **account**, **provider**. An overloaded provider slows only the
            lane that got the answer; each lane finds out for itself. If there is no answer at all, everything waits. When nothing
            more is tried, the text after *if it still fails* is shown instead.

            The last column applies when this is the answer to a submit. *no*: the answer proves that nothing was accepted, so a
            second send cannot be billed twice. *perhaps*: renderdrop searches for the task, and asks if it cannot find out. *by
            status*: a 3xx or 4xx is proof, a 5xx is not. A status of 408, 425 or 499 proves nothing, whatever the code says.
            `{region}` and `{host}` stand for those in use.

            If the provider could not fetch a file that renderdrop uploaded, the advice on links does not apply: renderdrop
            uploads the file again and sends the render once more.

            """
        out += "\n| code | message has | meaning | at fault | affects | tried again | what to do | accepted? |\n"
        out += "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        for row in ErrorTable.rows {
            let accepted =
                switch row.acceptance {
                case .never(let reason): "no: \(reason)"
                case .perhaps(let reason): "perhaps: \(reason)"
                case .byStatus(let reason): "by status: \(reason)"
                }
            let cells = [
                row.codes.map { "`\($0)`" }.joined(separator: ", "),
                row.said.map { "\"\($0)\"" }.joined(separator: ", "),
                row.meaning, row.fault.rawValue, row.scope.rawValue, row.retryable ? "yes" : "no",
                row.advice + (row.end.map { "; if it still fails: \($0)" } ?? ""), accepted,
            ]
            out += "| " + cells.joined(separator: " | ") + " |\n"
        }
        out += """

            ## Answers without a code

            A gateway's page, a proxy's JSON or an empty answer has no code, so only the status counts. The first matching row
            applies. If the answer is a web page, the message says so and shows its title: the sign-in page of a network looks
            like this. Queries, lists, uploads and downloads cost nothing and are tried again whatever the status.

            | status | meaning | at fault | affects | tried again | what to do | accepted? |
            | --- | --- | --- | --- | --- | --- | --- |

            """
        for row in StatusTable.rows {
            let statuses = row.statuses.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
            let cells = [
                statuses.joined(separator: ", "), row.meaning, row.fault.rawValue, row.scope.rawValue,
                row.retryable ? "yes" : "no", row.advice, row.taken == .no ? "no" : "perhaps",
            ]
            out += "| " + cells.joined(separator: " | ") + " |\n"
        }
        out += """

            ## Our own codes

            | code | meaning | what to do |
            | --- | --- | --- |

            """
        for row in OwnCodeRow.all { out += row.line }
        return out
    }
}
