// Problem: an error as it travels (RFC 9457, application/problem+json), with the project's extensions: every
// single error with its place, and the files that an experiment names and the client did not send.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::rest {

inline constexpr std::string_view kMissingFilesType = "urn:flowyard:problem:missing-files";

struct Problem {
  std::string type;  // "urn:flowyard:problem:not-found"
  std::string title;
  int status = 500;
  std::string detail;
  Errors errors;                                 // every error, with its place
  std::vector<experiment::MissingFile> missing;  // of kMissingFilesType only
};

// The HTTP status that says the same as an error's code.
int status_of(ErrorCode code);

Problem problem_of(const Error& error);
Problem problem_of(const Errors& errors);
Problem problem_of(std::vector<experiment::MissingFile> missing);

std::string to_json(const Problem& problem);

// Understands any error response: a body that is not a problem becomes the detail of one. Where the problem
// lists no errors, its detail is the one error.
Problem read_problem(int status, std::string_view body);

}  // namespace flowyard::controller::rest
