#include "controller/rest/submission.hpp"

#include <algorithm>
#include <set>

#include "common/base/base64.hpp"
#include "common/base/text.hpp"
#include "controller/rest/strict_json.hpp"

namespace flowyard::controller::rest {
namespace {

// Tokens of identity may be long.
constexpr std::size_t kMostOfCredentials = 64 << 10;

FileBody body_of(const experiment::BundleFile& file) {
  FileBody body{.path = file.path, .content = {}, .content_base64 = {}};
  if (is_utf8(file.content)) {
    body.content = file.content;
  } else {
    body.content_base64 = Base64{file.content};
  }
  return body;
}

experiment::BundleFile file_from(FileBody body) {
  if (body.path.empty()) refuse(FileBody::kMissing);
  experiment::BundleFile file{.path = std::move(body.path), .content = body.content.value_or("")};
  if (body.content_base64) file.content = std::move(body.content_base64->bytes);
  return file;
}

// An empty text of the options stands for "keep", as an absent member does.
OptionsBody body_of(const experiment::SubmitOptions& options) {
  return {.fleet = options.fleet.empty() ? std::nullopt : std::optional(options.fleet),
          .force = options.force ? std::optional(true) : std::nullopt,
          .registry_auth =
              options.registry_auth.empty() ? std::nullopt : std::optional(options.registry_auth.reveal())};
}

template <class Request>
Result<Request> request_from(std::string_view text) {
  try {
    Request request;
    read_strictly(Json::parse(text), "", request);
    return request;
  } catch (const ErrorException& error) {
    return error.error();
  } catch (const std::exception& error) {
    return invalid(std::string("the body is not JSON: ") + error.what());
  }
}

Submission submission_from(const Json& json) {
  SubmissionBody body;
  read_strictly(json, "", body);
  Submission submission;
  auto& bundle = submission.bundle;
  bundle.file_name = body.file_name.value_or("");
  if (bundle.file_name.empty()) bundle.file_name = "experiment.yaml";
  bundle.text = std::move(body.text);
  std::set<std::string> paths;
  for (auto& file : body.files.value_or(std::vector<FileBody>())) {
    // Well formed, as a schema can say it, and yet no bundle.
    if (!paths.insert(file.path).second)
      throw ErrorException(failure(ErrorCode::Conflict, "files has '" + file.path + "' more than once"));
    bundle.files.push_back(file_from(std::move(file)));
  }
  if (!body.options) return submission;
  submission.options.fleet = body.options->fleet.value_or("");
  submission.options.force = body.options->force.value_or(false);
  auto auth = registry_auth_from(body.options->registry_auth);
  if (!auth) throw ErrorException(auth.error());
  submission.options.registry_auth = std::move(*auth);
  return submission;
}

}  // namespace

std::string to_json(const Submission& submission) {
  const auto& bundle = submission.bundle;
  SubmissionBody body{.file_name = bundle.file_name,
                      .text = bundle.text,
                      .files = std::vector<FileBody>(),
                      .options = body_of(submission.options)};
  for (const auto& file : bundle.files) body.files->push_back(body_of(file));
  return described_text(body);
}

Result<Submission> submission_from_json(std::string_view text) {
  try {
    return submission_from(Json::parse(text));
  } catch (const ErrorException& error) {
    return error.error();
  } catch (const std::exception& error) {
    return invalid(std::string("the body is not JSON: ") + error.what());
  }
}

Result<ExtendRequest> extend_request_from_json(std::string_view text) {
  return request_from<ExtendRequest>(text);
}

Result<GoOnRequest> go_on_request_from_json(std::string_view text) {
  return text.empty() ? GoOnRequest() : request_from<GoOnRequest>(text);
}

std::string to_json(const ExtendRequest& request) {
  return described_text(request);
}

std::string to_json(const GoOnRequest& request) {
  return described_text(request);
}

Result<Secret> registry_auth_from(const std::optional<std::string>& text) {
  if (!text || text->empty()) return Secret();
  constexpr const char* kWhat =
      "registry_auth must be what the Docker Engine API wants in X-Registry-Auth: base64url of a JSON object";
  constexpr std::string_view kOthers = "+/\r\n";
  if (text->size() > kMostOfCredentials || text->find_first_of(kOthers) != std::string::npos)
    return invalid(kWhat);
  std::string standard = *text;
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  const auto bytes = from_base64(standard);
  // Well formed, as a schema can say it, and yet no credentials.
  if (!bytes || !Json::parse(*bytes, nullptr, /*allow_exceptions=*/false).is_object())
    return failure(ErrorCode::Conflict, kWhat);
  return Secret(*text);
}

std::string to_json(const experiment::Submitted& submitted) {
  return described_text(submitted);
}

Result<experiment::Submitted> submitted_from_json(std::string_view text) {
  return read_described<experiment::Submitted>(text, "what was submitted");
}

}  // namespace flowyard::controller::rest
