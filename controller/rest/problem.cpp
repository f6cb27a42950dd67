#include "controller/rest/problem.hpp"

#include <algorithm>

#include "controller/rest/described_json.hpp"

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

// `Body`: one with the members file, line and column.
template <class Body>
Body at(const FileLocation& location, Body body) {
  if (!location.file.empty()) body.file = location.file;
  if (location.line > 0) body.line = location.line;
  if (location.column > 0) body.column = location.column;
  return body;
}

template <class Body>
FileLocation location_of(const Body& body) {
  return {.file = body.file.value_or(""), .line = body.line.value_or(0), .column = body.column.value_or(0)};
}

ErrorBody body_of(const Error& error) {
  ErrorBody body;
  body.code = to_string(error.code);
  body.message = error.message;
  if (!error.context.empty()) body.context = error.context;
  return at(error.location, std::move(body));
}

MissingBody body_of(const experiment::MissingFile& file) {
  MissingBody body;
  body.path = file.path;
  return at(file.location, std::move(body));
}

// Absent where there is none.
template <class Body, class Value>
void put_all(std::optional<std::vector<Body>>& into, const std::vector<Value>& values) {
  if (!values.empty()) into.emplace();
  for (const auto& value : values) into->push_back(body_of(value));
}

Problem problem_from(const ProblemBody& body, int status) {
  Problem problem;
  problem.type = body.type;
  problem.title = body.title;
  problem.detail = body.detail.value_or("");
  for (const auto& error : body.errors.value_or(std::vector<ErrorBody>())) {
    problem.errors.push_back({.code = code_from(error.code, status),
                              .message = error.message,
                              .location = location_of(error),
                              .context = error.context.value_or(std::vector<std::string>())});
  }
  for (const auto& file : body.missing.value_or(std::vector<MissingBody>())) {
    problem.missing.push_back({.path = file.path, .location = location_of(file)});
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
  ProblemBody body;
  body.type = problem.type;
  body.title = problem.title;
  body.status = problem.status;
  if (!problem.detail.empty()) body.detail = problem.detail;
  put_all(body.errors, problem.errors);
  put_all(body.missing, problem.missing);
  return described_text(body);
}

Problem read_problem(int status, std::string_view body) {
  const auto read = read_described<ProblemBody>(body, "the problem");
  Problem problem = read ? problem_from(*read, status) : Problem{};
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
