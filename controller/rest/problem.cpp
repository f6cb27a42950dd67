#include "controller/rest/problem.hpp"

#include <algorithm>

#include "controller/rest/json.hpp"

namespace flowyard::controller::rest {
namespace {

constexpr ErrorCode kAllCodes[] = {ErrorCode::Invalid,     ErrorCode::NotFound, ErrorCode::Conflict,
                                   ErrorCode::Unavailable, ErrorCode::Denied,   ErrorCode::Limit,
                                   ErrorCode::Internal};

std::string type_of(ErrorCode code) {
  std::string word = to_string(code);
  std::replace(word.begin(), word.end(), '_', '-');
  return "urn:flowyard:problem:" + word;
}

const char* title_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Invalid:
      return "The input is wrong";
    case ErrorCode::NotFound:
      return "There is no such thing";
    case ErrorCode::Conflict:
      return "Its state does not allow this";
    case ErrorCode::Unavailable:
      return "Something that must answer does not";
    case ErrorCode::Denied:
      return "Not allowed";
    case ErrorCode::Limit:
      return "A limit is exceeded";
    case ErrorCode::Internal:
      return "The controller failed";
  }
  return "The controller failed";
}

ErrorCode code_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return ErrorCode::Denied;
    case 404:
      return ErrorCode::NotFound;
    case 409:
      return ErrorCode::Conflict;
    case 413:
      return ErrorCode::Limit;
    case 502:
    case 503:
    case 504:
      return ErrorCode::Unavailable;
    default:
      return status >= 500 ? ErrorCode::Internal : ErrorCode::Invalid;
  }
}

ErrorCode code_from(const std::string& word, int status) {
  for (auto code : kAllCodes) {
    if (word == to_string(code)) return code;
  }
  return code_of(status);
}

void put_location(Json& object, const FileLocation& location) {
  if (!location.file.empty()) object["file"] = location.file;
  if (location.line > 0) object["line"] = location.line;
  if (location.column > 0) object["column"] = location.column;
}

FileLocation place_from(const Members& members) {
  FileLocation location;
  members.get("file", location.file);
  members.get("line", location.line);
  members.get("column", location.column);
  return location;
}

Error error_from(const Json& json, int status) {
  const Members members(json);
  Error error;
  std::string code;
  members.get("code", code);
  error.code = code_from(code, status);
  members.get("message", error.message);
  error.location = place_from(members);
  members.get("context", error.context);
  return error;
}

Problem problem_from(const Json& json, int status) {
  const Members members(json);
  Problem problem;
  problem.status = status;
  members.get("type", problem.type);
  members.get("title", problem.title);
  members.get("detail", problem.detail);
  if (const Json* errors = members.find("errors")) {
    for (const auto& error : *errors) problem.errors.push_back(error_from(error, status));
  }
  if (const Json* missing = members.find("missing")) {
    for (const auto& file : *missing) {
      const Members of(file);
      experiment::MissingFile named{.path = {}, .location = place_from(of)};
      of.get("path", named.path);
      problem.missing.push_back(std::move(named));
    }
  }
  return problem;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Invalid:
      return 422;
    case ErrorCode::NotFound:
      return 404;
    case ErrorCode::Conflict:
      return 409;
    case ErrorCode::Unavailable:
      return 503;
    case ErrorCode::Denied:
      return 403;
    case ErrorCode::Limit:
      return 413;
    case ErrorCode::Internal:
      return 500;
  }
  return 500;
}

Problem problem_of(const Error& error) {
  return problem_of(Errors{error});
}

Problem problem_of(const Errors& errors) {
  const ErrorCode code = errors.empty() ? ErrorCode::Internal : errors.front().code;
  Problem problem{.type = type_of(code),
                  .title = title_of(code),
                  .status = status_of(code),
                  .detail = {},
                  .errors = errors,
                  .missing = {}};
  if (errors.size() == 1) problem.detail = to_string(errors.front());
  if (errors.size() > 1) problem.detail = std::to_string(errors.size()) + " errors";
  return problem;
}

Problem problem_of(std::vector<experiment::MissingFile> missing) {
  Problem problem{.type = std::string(kMissingFilesType),
                  .title = "Files are missing",
                  .status = 422,
                  .detail = "the experiment names files that were not sent:",
                  .errors = {},
                  .missing = std::move(missing)};
  for (const auto& file : problem.missing) problem.detail += " " + file.path;
  return problem;
}

std::string to_json(const Problem& problem) {
  Json json = {{"type", problem.type}, {"title", problem.title}, {"status", problem.status}};
  if (!problem.detail.empty()) json["detail"] = problem.detail;
  for (const auto& error : problem.errors) {
    Json one = {{"code", to_string(error.code)}, {"message", error.message}};
    put_location(one, error.location);
    if (!error.context.empty()) one["context"] = error.context;
    json["errors"].push_back(std::move(one));
  }
  for (const auto& file : problem.missing) {
    Json one = {{"path", file.path}};
    put_location(one, file.location);
    json["missing"].push_back(std::move(one));
  }
  return dump(json);
}

Problem read_problem(int status, std::string_view body) {
  auto read = read_as(body, "the problem", [&](const Json& json) { return problem_from(json, status); });
  Problem problem = read ? std::move(*read) : Problem{};
  problem.status = status;
  if (!read) problem.detail = std::string(body.substr(0, 500));
  if (problem.errors.empty() && problem.missing.empty()) {
    std::string message = problem.detail.empty() ? problem.title : problem.detail;
    if (message.empty()) message = "HTTP status " + std::to_string(status);
    problem.errors.push_back(failure(code_of(status), std::move(message)));
  }
  return problem;
}

}  // namespace flowyard::controller::rest
