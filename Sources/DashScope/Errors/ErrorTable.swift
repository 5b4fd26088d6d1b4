import RenderCore

/// Every code that the provider documents. The first row that fits counts, so rows with `said` stand before the plain one.
///
/// - Source: Model Studio documentation, error codes, 2026-05-30.
enum ErrorTable {
    static let rows: [ErrorRow] = parameters + media + content + access + pace + trouble

    /// What is in the request's own words.
    private static let parameters: [ErrorRow] = [
        .job(
            "InvalidParameter", said: ["num_images_per_prompt must be 1"],
            meaning: "the model makes one picture at a time", advice: "set n to 1, or give a list of seeds"),
        .job(
            "InvalidParameter", said: ["model not exist"],
            meaning: "the model is not known on this path or in this region",
            advice: "check the model's id, and that {region} ({host}) has it"),
        .job(
            "InvalidParameter", said: ["url error"],
            meaning: "the model does not belong to this path, or a reference's URL cannot be read",
            advice: "check the URLs of the references and that the model's row in the catalogue names its endpoint"),
        .job(
            "InvalidParameter", said: ["field required"], meaning: "the model wants a field that was not sent",
            advice: "give the field that the message names, or choose another model"),
        .job(
            "InvalidParameter", said: ["messages length only support"], meaning: "more than one message was sent",
            advice: "this is a mistake of renderdrop: please report it"),
        .job(
            "InvalidParameter", said: ["content length only support"],
            meaning: "the model takes another number of pictures", advice: "change the number of references"),
        .job(
            "InvalidParameter", said: ["lack of image or text"], meaning: "the model needs a picture and a prompt",
            advice: "give a prompt and at least one reference"),
        .job(
            "InvalidParameter", said: ["range of "], meaning: "a number is out of the model's range",
            advice: "use a number in the range that the message names"),
        .job(
            "InvalidParameter", said: ["size is not match", "expected format"],
            meaning: "the model cannot make this size",
            advice: "use a size that the message names, or leave size out"),
        .job(
            "InvalidParameter",
            said: ["image format error", "invalid image format", "corrupted file", "read image error"],
            meaning: "a reference cannot be read as a picture", advice: "save the reference again as PNG or JPEG"),
        .job(
            "InvalidParameter",
            said: ["size of input image is too", "image length and width do not meet"],
            meaning: "a reference is too small or too large", advice: "resize the reference to the model's limits"),
        .job(
            "InvalidParameter",
            said: [
                "download image failed", "failed to download multimodal", "oss download error",
                "download the media resource timed out",
            ],
            meaning: "the provider could not fetch a reference from its URL",
            advice: "put the file beside the job file instead of naming its URL"),
        .job(
            "InvalidParameter", said: ["max bytes per data-uri"],
            meaning: "a reference is too large to go within the request",
            advice: "use a smaller picture; renderdrop uploads those above 7 MiB"),
        .job(
            "InvalidParameter", said: ["required body invalid", "input json error"],
            meaning: "the body was not taken for JSON",
            advice: "check parameters in the job file; otherwise this is a mistake of renderdrop: please report it"),
        .job(
            "InvalidParameter", said: ["sse and stream parameter mismatch"],
            meaning: "the answer was asked for as a stream", advice: "take stream out of parameters"),
        .provider(
            "InvalidParameter", said: ["request timeout after"], meaning: "a step before the model was too slow",
            acceptance: .checked, advice: "it is tried again"),
        .job(
            "InvalidParameter", "invalid_parameter_error", "invalid_request_error",
            meaning: "a value is not one that the model takes",
            advice: "correct the value that the message names; renderdrop check FILE says what the model takes"),
        .job(
            "BadRequest.EmptyInput", "BadRequest.EmptyModel", "BadRequest.EmptyParameters",
            meaning: "a part of the request is missing", advice: "this is a mistake of renderdrop: please report it"),
        .job(
            "BadRequest.IllegalInput", meaning: "the body was not taken for JSON",
            advice: "check parameters in the job file"),
        .job(
            "BadRequest.TooLarge", meaning: "the request is too large",
            advice: "use smaller or fewer references, or lower the size from which they are uploaded"),
        .job(
            "BadRequest", meaning: "the request was not understood", advice: "check the values of the job file"),
        .job(
            "UnsupportedOperation", meaning: "what was asked cannot be done to this task any more",
            advice: "look at its state with renderdrop status"),
        .job("Conflict", meaning: "the provider says that this conflicts with something", advice: "try again later"),
    ]

    /// Pictures and other media that were given.
    private static let media: [ErrorRow] = [
        .job(
            "InvalidParameter.DataInspection", meaning: "the safety check could not fetch a reference",
            advice: "put the file beside the job file instead of naming its URL"),
        .job(
            "InvalidParameter.FileDownload", meaning: "the provider could not fetch a reference",
            advice: "put the file beside the job file instead of naming its URL"),
        .job(
            "InvalidURL", "InvalidURL.ConnectionRefused", "InvalidURL.Timeout",
            meaning: "a reference's URL is wrong, slow or out of the provider's reach",
            advice: "put the file beside the job file instead of naming its URL"),
        .job(
            "BadRequest.InputDownloadFailed", meaning: "the provider could not fetch a reference",
            advice: "put the file beside the job file instead of naming its URL"),
        .job(
            "BadRequest.UnsupportedFileFormat", meaning: "a reference has a format that the model does not take",
            advice: "save it as the message asks, PNG or JPEG as a rule"),
        .job(
            "InvalidImage", "InvalidImage.ImageSize", "InvalidImageResolution", "InvalidImageFormat",
            "InvalidImage.FileFormat", meaning: "a picture's format or size is not one that the model takes",
            advice: "save or resize the reference within the model's limits"),
        .job(
            "InvalidFile", "InvalidFile.Size", "InvalidFile.Format", "InvalidFile.Duration", "InvalidFile.Resolution",
            "InvalidFile.AspectRatio", "InvalidFile.FPS",
            meaning: "a file's format, size or length is not one that the model takes",
            advice: "change the file within the model's limits"),
        .job(
            "InvalidFile.NoHuman", "InvalidFile.FacePose", "InvalidFile.MultiHuman", "InvalidImage.NoHumanFace",
            "InvalidPerson", meaning: "the model needs a picture of one person, seen well",
            advice: "use another picture"),
    ]

    /// What the provider will not draw.
    private static let content: [ErrorRow] = [
        .job(
            "DataInspectionFailed", "data_inspection_failed", said: ["output data"],
            meaning: "the finished picture or film did not pass the content check", acceptance: .judged,
            advice: "try another seed, or reword the prompt"),
        .job(
            "DataInspectionFailed", "data_inspection_failed",
            meaning: "the prompt or a reference did not pass the content check", acceptance: .judged,
            advice: "reword the prompt, or use other references"),
        .job(
            "IPInfringementSuspect", meaning: "the request is suspected of using somebody's brand or character",
            acceptance: .judged, advice: "reword the prompt, or use other references"),
        .job(
            "CustomRoleBlocked", "FaqRuleBlocked", meaning: "a rule that is set for the account blocked the request",
            acceptance: .judged, advice: "reword the prompt, or change the rule in the provider's console"),
    ]

    /// Key, permission, bill.
    private static let access: [ErrorRow] = [
        .account(
            "InvalidApiKey", "invalid_api_key",
            meaning: "the key is wrong, or it belongs to another region",
            advice:
                "check the key, and that it is one of {region}, which {host} serves: a key of another region is refused "
                + "like this (DASHSCOPE_API_KEY and DASHSCOPE_REGION, or key_file and region in watch.yaml)"),
        .account(
            "NOT AUTHORIZED", "Workspace.AccessDenied", "WorkSpaceNotFound",
            meaning: "the key may not use this workspace, or there is no such workspace",
            advice: "check the workspace id and that the key is one of that workspace, in {region} ({host})"),
        .job(
            "AccessDenied", said: ["support asynchronous calls"], meaning: "the model answers synchronous calls only",
            advice: "name the synchronous endpoint in the model's row of the catalogue"),
        .job(
            "AccessDenied", said: ["support synchronous calls"], meaning: "the model answers asynchronous calls only",
            advice: "name the asynchronous endpoint in the model's row of the catalogue"),
        .provider(
            "AccessDenied", said: ["policy expired"], meaning: "the permission for an upload ran out",
            acceptance: .gate, advice: "a new one is fetched"),
        .job(
            "AccessDenied", meaning: "the model needs an approval, or its free quota is used up",
            advice: "apply for the model in the provider's console of {region}, or choose another"),
        .account(
            "AccessDenied.Unpurchased", meaning: "the service is not activated for this account",
            advice: "activate Model Studio in the provider's console of {region}"),
        .job(
            "Model.AccessDenied", meaning: "the key's workspace may not use this model",
            advice: "grant the model to the workspace in the provider's console of {region}, or choose another"),
        .account(
            "App.AccessDenied", meaning: "the key may not use this application",
            advice: "check the key's permissions in the provider's console of {region}"),
        .account(
            "AllocationQuota.FreeTierOnly",
            meaning: "the free quota is used up and the account is set to use nothing else",
            advice: "switch off \"free tier only\" in the provider's console of {region}"),
        .account(
            "Arrearage", meaning: "a bill is unpaid", advice: "top up the account in the provider's console"),
        .account(
            "CommodityNotPurchased", "PrepaidBillOverdue", "PostpaidBillOverdue",
            meaning: "a bill is unpaid, or the service was never bought",
            advice: "pay the bill or buy the service in the provider's console"),
        .job(
            "ModelNotFound", "model_not_found", meaning: "the model does not exist in this region, or not for this key",
            advice: "check the model's id, and that {region} ({host}) has it"),
        .job(
            "model_not_supported", meaning: "the model is not served on this path",
            advice: "use the native API root, which ends with /api/v1"),
        .account(
            "NotFound", meaning: "the path does not exist on this host",
            advice: "check the base URL: {host} does not serve this API"),
    ]

    /// Asked too much at once.
    private static let pace: [ErrorRow] = [
        ErrorRow(
            codes: ["Throttling.AllocationQuota"], said: ["free allocated quota"],
            meaning: "the free quota is used up and the model cannot be bought", fault: .account, retryable: false,
            acceptance: .gate, advice: "choose another model, or ask the provider for a quota in {region}"),
        .throttled(
            "Throttling.AllocationQuota", "insufficient_quota",
            meaning: "the account's quota for this model is used up for now",
            advice: "it is tried again more slowly; ask the provider for more quota if it stays like this"),
        .throttled(
            "Throttling.RateQuota", "LimitRequests", "limit_requests",
            meaning: "more requests a second than the account may make",
            advice: "it is tried again more slowly; other programs with this account's keys count, too"),
        .throttled(
            "Throttling.BurstRate", "limit_burst_rate", meaning: "the requests became more too quickly",
            advice: "it is tried again more slowly"),
        .throttled("Throttling", meaning: "too many requests", advice: "it is tried again more slowly"),
    ]

    /// Trouble at the provider or on the way.
    private static let trouble: [ErrorRow] = [
        .provider(
            "ModelServingError", meaning: "the provider has no capacity left", acceptance: .gate,
            advice: "it is tried again later"),
        .provider(
            "ModelUnavailable", meaning: "the model is out of service for now", acceptance: .gate,
            advice: "it is tried again later"),
        .provider(
            "RewriteFailed", meaning: "the prompt could not be extended",
            acceptance: .never(because: "the prompt is extended before the model begins"),
            advice: "it is tried again; prompt_extend: false avoids the step"),
        .provider(
            "InternalError.Timeout", meaning: "the task was not done in the time that the provider gives it",
            acceptance: .midway, advice: "it is tried again"),
        .provider(
            "InternalError.Upload", "InternalError.FileUpload", meaning: "the provider could not store the result",
            acceptance: .midway, advice: "it is tried again"),
        .provider(
            "InternalError", "InternalError.Algo", "SystemError", "ModelServiceFailed", "internal_error",
            meaning: "something broke at the provider", acceptance: .midway, advice: "it is tried again"),
        .provider(
            "RequestTimeOut", "ResponseTimeout", meaning: "the provider's own time ran out",
            acceptance: .perhaps(because: "the work may have gone on without us, and be billed"),
            advice: "use a smaller size, fewer pictures, or a model with an asynchronous endpoint"),
        .provider(
            "APIConnectionError", "ClientDisconnect", meaning: "the connection broke",
            acceptance: .perhaps(because: "the connection may have broken after the work was taken on"),
            advice: "check the network; it is tried again"),
    ]
}
