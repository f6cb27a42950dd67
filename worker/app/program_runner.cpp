#include "worker/app/program_runner.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <span>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/printable.hpp"
#include "common/base/whole_file.hpp"
#include "worker/app/human_format.hpp"
#include "worker/app/program_output.hpp"
#include "worker/app/program_trace.hpp"
#include "worker/command/result_files.hpp"
#include "worker/command/scenario_json.hpp"
#include "worker/engine/serialize.hpp"

namespace flowyard::worker::app {
namespace {

using namespace std::chrono_literals;
using command::SteadyPoint;

// Between SIGTERM and SIGKILL.
constexpr auto kEndGrace = 2s;
// Limits of a chunk: computing time, and count of numbers.
constexpr double kChunkSeconds = 0.5;
constexpr double kChunkValues = 4e6 / 8;

constexpr std::size_t kLargestResult = std::size_t{256} << 20;

SteadyPoint now() {
  return std::chrono::steady_clock::now();
}

SteadyPoint deadline_after(double seconds) {
  if (seconds <= 0) return now() + 24h;  // checked again at that time
  return now() + std::chrono::duration_cast<SteadyPoint::duration>(std::chrono::duration<double>(seconds));
}

// How often the kernel killed for memory in this container: cgroup v2, then v1.
std::uint64_t oom_kills() {
  for (const char* path : {"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"}) {
    std::ifstream file(path);
    std::string word;
    std::uint64_t count = 0;
    while (file >> word >> count)
      if (word == "oom_kill") return count;
  }
  return 0;
}

// A result must be a regular file: a link could lead anywhere, and reading a pipe could block.
Result<std::optional<std::string>> read_result(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::optional<std::string>();
  struct stat status {};
  const bool is_plain =
      descriptor >= 0 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);  // NOLINT
  if (descriptor >= 0) ::close(descriptor);
  if (!is_plain) return invalid("the result is not a plain file that can be read");
  try {
    return std::optional(read_file(path, kLargestResult));
  } catch (const std::exception& error) {
    return invalid(std::string("the result cannot be taken: ") + error.what());
  }
}

}  // namespace

std::vector<MaterialName> ProgramRunner::missing(const protocol::LeaseGrant& grant) const {
  std::vector<MaterialName> names;
  if (grant.program != program_hash_) names.push_back({.kind = Material::Program, .hash = grant.program});
  if (grant.bundle != bundle_hash_) names.push_back({.kind = Material::Bundle, .hash = grant.bundle});
  return names;
}

Result<void> ProgramRunner::keep(const MaterialName& name, std::string bytes) {
  if (name.kind == Material::Bundle) {
    stream_.reset();
    work_ = std::make_unique<command::WorkFolder>(folder_);
    if (auto unpacked = work_->unpack(bytes); !unpacked) return unpacked;
    bundle_hash_ = name.hash;
    return {};
  }
  auto program = engine::deserialize(bytes);
  if (!program) return program.error();
  results_ =
      std::make_unique<command::ResultsReader>(std::make_shared<const engine::Program>(std::move(*program)));
  program_hash_ = name.hash;
  return {};
}

Result<void> ProgramRunner::begin(protocol::LeaseGrant grant) {
  if (!grant.runner) return invalid("this worker runs a program, and the lease names none");
  grant_ = std::move(grant);
  grant_.model = work_->place_of(grant_.model);
  for (auto& word : grant_.runner->command) word = work_->place_of(word);
  if (auto begun = results_->begin(grant_); !begun) return begun;
  if (stream_words_ != grant_.runner->command) stream_.reset();
  files_.clear();
  computed_ = 0;
  chunks_ = 0;
  held_back_.reset();
  return {};
}

std::string ProgramRunner::label() const {
  return grant_.scenario + " #" + number_text(grant_.first + computed_);
}

Result<std::optional<protocol::ResultChunk>> ProgramRunner::next(const KeepGoing& keep_going) {
  if (held_back_) {
    auto chunk = chunk_of(std::move(*held_back_));
    held_back_.reset();
    return std::optional(std::move(chunk));
  }
  std::vector<command::ScenarioResults> all;
  double values = 0;
  std::size_t counted = 0;  // of the files
  const auto begun = now();
  std::chrono::duration<double> took{0};
  while (computed_ < grant_.count && took.count() < kChunkSeconds && values < kChunkValues) {
    progress_ = 0;
    const auto started = now();
    auto end = run_scenario(keep_going);
    progress_ = 0;
    if (std::holds_alternative<Dropped>(end)) return std::optional<protocol::ResultChunk>();
    ++computed_;
    if (auto* failure = std::get_if<Failure>(&end)) {
      failure->seconds = std::chrono::duration<double>(now() - started).count();
      held_back_ = std::move(*failure);
      break;
    }
    auto& results = std::get<command::ScenarioResults>(end);
    for (; counted < files_.size(); ++counted)
      values += static_cast<double>(files_[counted].content.size()) / sizeof(double);
    values += static_cast<double>(results.outcomes.size());
    for (const auto& series : results.series) values += static_cast<double>(series.size());
    all.push_back(std::move(results));
    took = now() - begun;
  }
  took = now() - begun - std::chrono::duration<double>(held_back_ ? held_back_->seconds : 0);
  if (all.empty()) return next(keep_going);
  return std::optional(chunk_of(all, took.count()));
}

ProgramRunner::ScenarioEnd ProgramRunner::run_scenario(const KeepGoing& keep_going) {
  const auto& run = *grant_.runner;
  const auto scenario = command::scenario_json(grant_, computed_, results_->series(), results_->times());
  trace("given", scenario);
  command::remove_written_files(work_->descriptor(), run.files, work_->names());
  auto answer = run.stream ? answer_in_stream(scenario, keep_going) : answer_of_process(scenario, keep_going);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  if (std::holds_alternative<Dropped>(answer)) return Dropped{};
  const auto& text = std::get<std::string>(answer);
  trace("answered", text);
  auto end = results_of(text);
  if (!std::holds_alternative<command::ScenarioResults>(end)) return end;
  const auto before = files_.size();
  if (auto failure = take_written_files()) return std::move(*failure);
  if (run.trace)
    trace("understood", understood_json(results_->chunk_of({std::get<command::ScenarioResults>(end)}),
                                        std::span(files_).subspan(before)));
  return end;
}

Result<std::unique_ptr<command::Child>> ProgramRunner::start(const std::string& input_file) const {
  command::ChildOptions options{.words = grant_.runner->command,
                                .env = grant_.runner->env,
                                .folder = work_->files(),
                                .input_file = input_file};
  options.env.try_emplace("HOME", work_->home());
  options.env.try_emplace("TMPDIR", work_->temporary());
  options.env["FLOWYARD_SCENARIO"] = work_->scenario_file();
  options.env["FLOWYARD_RESULT"] = work_->result_file();
  return command::Child::start(options);
}

ProgramRunner::Failure ProgramRunner::timed_out(command::Child& child, ProgramOutput& output) const {
  child.ask_to_end();
  const auto until = now() + kEndGrace;
  for (;;) {
    const auto happening = child.next(until, {});
    const auto* line = std::get_if<command::Line>(&happening);
    if (!line) break;
    output.log(line->text);
  }
  return {.cause = "timeout",
          .message = "no result within " + span_text(grant_.runner->timeout) +
                     " (timeout: scenario: in the experiment)" + output.last_lines()};
}

ProgramRunner::Failure ProgramRunner::failure_of(const command::Ended& ended, const ProgramOutput& output,
                                                 std::uint64_t kills_before) const {
  if (ended.signal == SIGKILL && oom_kills() > kills_before)
    return {.cause = "oom",
            .message =
                "the program ran out of memory (workers: memory: in the experiment)" + output.last_lines()};
  std::string what = "the program ended with exit code " + std::to_string(ended.code);
  if (ended.signal != 0) {
    const char* name = ::sigabbrev_np(ended.signal);
    what = "the program was killed by signal " + std::to_string(ended.signal) +
           (name != nullptr ? std::string(" (SIG") + name + ")" : "");
  }
  return {.cause = "app_exit", .message = what + output.last_lines()};
}

std::variant<std::string, ProgramRunner::Failure, ProgramRunner::Dropped> ProgramRunner::answer_of_process(
    const std::string& scenario, const KeepGoing& keep_going) {
  ProgramOutput output(log_, label());
  work_->clear_temporary();
  write_file(work_->scenario_file(), scenario + "\n", 0444);
  const auto kills_before = oom_kills();
  auto child = start(work_->scenario_file());
  if (!child) return Failure{.cause = "app_exit", .message = child.error().message};
  const double timeout = grant_.runner->timeout;
  auto deadline = deadline_after(timeout);
  std::optional<std::string> last;  // last line of standard output: the result, if it looks like one
  for (;;) {
    auto happening = (*child)->next(deadline, keep_going);
    if (auto* line = std::get_if<command::Line>(&happening)) {
      if (const auto share = command::progress_in(line->text)) {
        progress_ = *share;
        deadline = deadline_after(timeout);
      } else if (line->stream == command::Stream::Error) {
        output.log(line->text);
      } else {
        if (last) output.log(*last);
        last = std::move(line->text);
      }
    } else if (std::holds_alternative<command::Interrupted>(happening)) {
      return Dropped{};
    } else if (const auto* ended = std::get_if<command::Ended>(&happening)) {
      const bool answered = last && command::looks_like_an_object(*last);
      if (last && (!answered || ended->code != 0)) output.log(*last);
      if (ended->code != 0) return failure_of(*ended, output, kills_before);
      auto result = read_result(work_->result_file());
      if (!result)
        return Failure{.cause = "app_exit", .message = result.error().message + output.last_lines()};
      if (*result) {
        if (answered) output.log(*last);
        return std::move(**result);
      }
      if (answered) return std::move(*last);
      return Failure{.cause = "app_exit",
                     .message =
                         "the program ended well and gave no result: neither a file where "
                         "FLOWYARD_RESULT says nor a JSON object as its last line" +
                         output.last_lines()};
    } else if (timeout > 0) {
      return timed_out(**child, output);
    }
  }
}

std::variant<std::string, ProgramRunner::Failure, ProgramRunner::Dropped> ProgramRunner::answer_in_stream(
    const std::string& scenario, const KeepGoing& keep_going) {
  ProgramOutput output(log_, label());
  const auto kills_before = oom_kills();
  if (!stream_) {
    auto child = start("");
    if (!child) return Failure{.cause = "app_exit", .message = child.error().message};
    stream_ = std::move(*child);
    stream_words_ = grant_.runner->command;
  }
  stream_->send(scenario + "\n");
  const std::string id = std::to_string(grant_.first + computed_);
  const double timeout = grant_.runner->timeout;
  auto deadline = deadline_after(timeout);
  for (;;) {
    auto happening = stream_->next(deadline, keep_going);
    if (auto* line = std::get_if<command::Line>(&happening)) {
      if (const auto share = command::progress_in(line->text)) {
        progress_ = *share;
        deadline = deadline_after(timeout);
        continue;
      }
      const bool may_answer =
          line->stream == command::Stream::Output && command::looks_like_an_object(line->text);
      const auto answer =
          may_answer ? command::read_answer(line->text) : Result<command::Answer>(invalid(""));
      if (answer && answer->id == id) return std::move(line->text);
      output.log(line->text);
    } else if (std::holds_alternative<command::Interrupted>(happening)) {
      stream_.reset();
      return Dropped{};
    } else if (const auto* ended = std::get_if<command::Ended>(&happening)) {
      stream_.reset();
      auto failure = failure_of(*ended, output, kills_before);
      if (ended->code == 0)
        failure.message =
            "the program ended before it answered; in mode stream it answers one line after "
            "another until its input ends" +
            output.last_lines();
      return failure;
    } else if (timeout > 0) {
      auto failure = timed_out(*stream_, output);
      stream_.reset();
      return failure;
    }
  }
}

std::optional<ProgramRunner::Failure> ProgramRunner::take_written_files() {
  const auto& patterns = grant_.runner->files;
  if (patterns.empty()) return std::nullopt;
  auto files = command::written_files(work_->descriptor(), patterns, work_->names());
  if (!files) return Failure{.cause = "app_exit", .message = files.error().message};
  for (auto& file : *files)
    files_.push_back({.scenario = grant_.first + computed_,
                      .name = std::move(file.name),
                      .content = std::move(file.content)});
  return std::nullopt;
}

void ProgramRunner::trace(const char* what, const std::string& text) const {
  if (!grant_.runner->trace) return;
  for (const auto& line : trace_lines(label(), what, text)) log_.info(line);
}

ProgramRunner::ScenarioEnd ProgramRunner::results_of(const std::string& text) {
  auto answer = command::read_answer(text);
  if (answer && answer->error) return Failure{.cause = "app_exit", .message = *answer->error};
  auto results =
      answer ? results_->read(*answer, computed_) : Result<command::ScenarioResults>(answer.error());
  if (results) return std::move(*results);
  constexpr std::size_t kShown = 100;
  const std::string shown = printable(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "");
  return Failure{
      .cause = "app_exit",
      .message = "the program's result cannot be used: " + results.error().message + "; it begins: " + shown};
}

protocol::ResultChunk ProgramRunner::chunk_of(const std::vector<command::ScenarioResults>& all,
                                              double seconds) {
  auto chunk = results_->chunk_of(all);
  chunk.chunk = chunks_++;
  chunk.first = grant_.first + computed_ - chunk.count - (held_back_ ? 1 : 0);
  chunk.compute_seconds = seconds;
  return chunk;
}

protocol::ResultChunk ProgramRunner::chunk_of(Failure failure) {
  protocol::ResultChunk chunk;
  chunk.chunk = chunks_++;
  chunk.count = 1;
  chunk.first = grant_.first + computed_ - 1;
  chunk.compute_seconds = failure.seconds;
  log_.error("scenario " + number_text(chunk.first) + " failed: " + failure.message);
  chunk.failed.push_back(
      {.scenario = chunk.first, .cause = std::move(failure.cause), .message = std::move(failure.message)});
  return chunk;
}

}  // namespace flowyard::worker::app
