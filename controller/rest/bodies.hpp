// The bodies that travel where no view does: what a client sends, a page of a listing, an event, a problem.
// Each struct is described (BOOST_DESCRIBE), and the description is its JSON; an optional member may be
// absent.
//
// A body with `kOmitsAbsent` leaves out what is absent. One that is read strictly (strict_json.hpp) says what
// it is called in messages, `kWhere`, and, where a member must be there, what is said if it is not,
// `kMissing`.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "common/base/clock.hpp"
#include "controller/experiment/ids.hpp"
#include "controller/experiment/journal_event.hpp"

namespace flowyard::controller::rest {

// A whole number within bounds.
template <std::uint64_t least, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()>
struct Whole {
  std::uint64_t value = least;
};

// Bytes that need not be text.
struct Base64 {
  std::string bytes;
};

// --- requests

struct FileBody {
  std::string path;
  std::optional<std::string> content;    // what is text
  std::optional<Base64> content_base64;  // what is not
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "a file";
  static constexpr const char* kMissing = "a file must have a path";
};
BOOST_DESCRIBE_STRUCT(FileBody, (), (path, content, content_base64))

struct OptionsBody {
  std::optional<std::string> fleet;
  std::optional<bool> force;
  // The header X-Registry-Auth of the Docker Engine API.
  std::optional<std::string> registry_auth;
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "options";
};
BOOST_DESCRIBE_STRUCT(OptionsBody, (), (fleet, force, registry_auth))

// Of POST /plan and POST /experiments.
struct SubmissionBody {
  std::optional<std::string> file_name;
  std::string text;
  std::optional<std::vector<FileBody>> files;
  std::optional<OptionsBody> options;
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "the body";
  static constexpr const char* kMissing = "the body must have 'text', the text of the experiment file";
};
BOOST_DESCRIBE_STRUCT(SubmissionBody, (), (file_name, text, files, options))

// Of POST /experiments/{which}/resume and /retry, which need none.
struct GoOnRequest {
  std::optional<std::string> registry_auth;
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "the body";
};
BOOST_DESCRIBE_STRUCT(GoOnRequest, (), (registry_auth))

// Of POST /experiments/{which}/extend.
struct ExtendRequest {
  Whole<1, 1'000'000'000> samples;  // in all
  std::optional<std::string> registry_auth;
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "the body";
  static constexpr const char* kMissing = "the body must have 'samples', how many there shall be in all";
};
BOOST_DESCRIBE_STRUCT(ExtendRequest, (), (samples, registry_auth))

// Of POST /prune.
struct PruneRequest {
  double older_than_seconds = 0;
  std::optional<bool> dry_run;
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "the body";
};
BOOST_DESCRIBE_STRUCT(PruneRequest, (), (older_than_seconds, dry_run))

// Of POST /tokens.
struct TokenRequest {
  std::string name;
  std::optional<bool> read_only;
  std::optional<std::string> budget;  // as experiment::parse_budget reads it
  static constexpr bool kOmitsAbsent = true;
  static constexpr const char* kWhere = "the body";
  static constexpr const char* kMissing = "the body must have 'name', what to call the token";
};
BOOST_DESCRIBE_STRUCT(TokenRequest, (), (name, read_only, budget))

// --- answers

// One page of a listing. `next` is the cursor of the following page, absent on the last one.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;
  BOOST_DESCRIBE_CLASS(Page, (), (items, next), (), ())
};

// A JournalEvent as it travels.
struct EventView {
  std::int64_t id = 0;
  TimePoint time{};
  experiment::ExperimentId experiment_id;
  std::string type;
  std::map<std::string, experiment::EventValue> fields;
};
BOOST_DESCRIBE_STRUCT(EventView, (), (id, time, experiment_id, type, fields))

// --- problems

struct ErrorBody {
  std::string code, message;
  std::optional<std::string> file;
  std::optional<int> line, column;
  std::optional<std::vector<std::string>> context;
  static constexpr bool kOmitsAbsent = true;
};
BOOST_DESCRIBE_STRUCT(ErrorBody, (), (code, message, file, line, column, context))

struct MissingBody {
  std::string path;
  std::optional<std::string> file;
  std::optional<int> line, column;
  static constexpr bool kOmitsAbsent = true;
};
BOOST_DESCRIBE_STRUCT(MissingBody, (), (path, file, line, column))

struct ProblemBody {
  std::string type, title;
  int status = 500;
  std::optional<std::string> detail;
  std::optional<std::vector<ErrorBody>> errors;
  std::optional<std::vector<MissingBody>> missing;
  static constexpr bool kOmitsAbsent = true;
};
BOOST_DESCRIBE_STRUCT(ProblemBody, (), (type, title, status, detail, errors, missing))

}  // namespace flowyard::controller::rest
