#include "worker/app/program_runner.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/printable.hpp"
#include "common/base/whole_file.hpp"
#include "worker/app/human_format.hpp"
#include "worker/command/scenario_json.hpp"
#include "worker/engine/addressing.hpp"
#include "worker/engine/serialize.hpp"
#include "worker/engine/time_grid.hpp"

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
// Limit on the log output of one scenario.
constexpr std::size_t kMostLog = std::size_t{1} << 20;
constexpr std::size_t kLongestLogLine = 4096;
constexpr std::size_t kLastLines = 6;

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

class ProgramRunner::Output {
 public:
  Output(const Log& log, std::string label) : log_(log), label_(std::move(label)) {}
  ~Output() {
    if (left_out_ > 0) log_.info(label_ + ": " + count_text(left_out_, "more line") + " left out");
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void log(const std::string& text) {
    last_.push_back(printable(text.substr(0, kLongestLogLine)));
    if (last_.size() > kLastLines) last_.pop_front();
    written_ += text.size() + 1;
    if (written_ > kMostLog) {
      ++left_out_;
    } else {
      log_.info(label_ + ": " + last_.back());
    }
  }

  // "; its last lines:" and the lines, or nothing.
  std::string last_lines() const {
    if (last_.empty()) return "; it wrote nothing";
    std::string text = "; its last lines:";
    for (const auto& line : last_) text += "\n  " + line;
    return text;
  }

 private:
  const Log& log_;
  std::string label_;
  std::deque<std::string> last_;
  std::size_t written_ = 0;
  std::uint64_t left_out_ = 0;
};

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
  program_ = std::make_shared<const engine::Program>(std::move(*program));
  engine_ = std::make_unique<engine::Runner>(program_);
  program_hash_ = name.hash;
  return {};
}

Result<void> ProgramRunner::begin(protocol::LeaseGrant grant) {
  if (!grant.runner) return invalid("this worker runs a program, and the lease names none");
  grant_ = std::move(grant);
  const auto& time = program_->time;
  auto& chosen = grant_.time;
  if (!chosen.start) chosen.start = time.default_start;
  if (!chosen.stop) chosen.stop = time.default_stop;
  if (!chosen.save_every) chosen.save_every = chosen.step.value_or(time.default_save_every);
  if (!chosen.step) chosen.step = std::min(time.default_step, *chosen.save_every);
  times_ = engine::save_times({.start = *chosen.start,
                               .stop = *chosen.stop,
                               .step = *chosen.step,
                               .save_every = std::max(*chosen.save_every, *chosen.step)});
  kept_ = engine::wanted_saves(times_, grant_.keep_times);
  series_.clear();
  for (const auto& output : program_->outputs) series_.push_back(output.name);
  shape_.clear();
  for (const auto& name : grant_.outputs) {
    const auto output = std::ranges::find_if(
        program_->outputs, [&](const auto& one) { return engine::same_name(one.name, name); });
    if (output == program_->outputs.end()) return invalid("nothing is known of the series '" + name + "'");
    shape_.push_back(output->elements);
  }
  if (stream_words_ != grant_.runner->command) stream_.reset();
  computed_ = 0;
  chunks_ = 0;
  held_back_.reset();
  return {};
}

std::string ProgramRunner::label() const {
  return grant_.scenario + " #" + number_text(grant_.first + computed_);
}

command::Interpolate ProgramRunner::interpolation() const {
  return grant_.runner->interpolate ? command::Interpolate::Linear : command::Interpolate::None;
}

Result<std::optional<protocol::ResultChunk>> ProgramRunner::next(const KeepGoing& keep_going) {
  if (held_back_) {
    auto chunk = chunk_of(std::move(*held_back_));
    held_back_.reset();
    return std::optional(std::move(chunk));
  }
  std::vector<Results> all;
  double values = 0;
  const auto begun = now();
  std::chrono::duration<double> took{0};
  while (computed_ < grant_.count && took.count() < kChunkSeconds && values < kChunkValues) {
    progress_ = 0;
    auto end = run_scenario(keep_going);
    progress_ = 0;
    if (std::holds_alternative<Dropped>(end)) return std::optional<protocol::ResultChunk>();
    ++computed_;
    if (auto* failure = std::get_if<Failure>(&end)) {
      held_back_ = std::move(*failure);
      break;
    }
    auto& results = std::get<Results>(end);
    values += static_cast<double>(results.outcomes.size());
    for (const auto& series : results.series) values += static_cast<double>(series.size());
    all.push_back(std::move(results));
    took = now() - begun;
  }
  took = now() - begun;
  if (all.empty()) return next(keep_going);
  return std::optional(chunk_of(all, took.count()));
}

ProgramRunner::ScenarioEnd ProgramRunner::run_scenario(const KeepGoing& keep_going) {
  auto answer = grant_.runner->stream ? answer_in_stream(keep_going) : answer_of_process(keep_going);
  if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
  if (std::holds_alternative<Dropped>(answer)) return Dropped{};
  return results_of(std::get<std::string>(answer));
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

ProgramRunner::Failure ProgramRunner::timed_out(command::Child& child, Output& output) const {
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

ProgramRunner::Failure ProgramRunner::failure_of(const command::Ended& ended, const Output& output,
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
    const KeepGoing& keep_going) {
  Output output(log_, label());
  work_->clear_temporary();
  write_file(work_->scenario_file(), command::scenario_json(grant_, computed_, series_, times_) + "\n", 0444);
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
    const KeepGoing& keep_going) {
  Output output(log_, label());
  const auto kills_before = oom_kills();
  if (!stream_) {
    auto child = start("");
    if (!child) return Failure{.cause = "app_exit", .message = child.error().message};
    stream_ = std::move(*child);
    stream_words_ = grant_.runner->command;
  }
  stream_->send(command::scenario_json(grant_, computed_, series_, times_) + "\n");
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

ProgramRunner::ScenarioEnd ProgramRunner::results_of(const std::string& text) {
  auto answer = command::read_answer(text);
  if (answer && answer->error) return Failure{.cause = "app_exit", .message = *answer->error};
  auto results = answer ? read_results(*answer) : Result<Results>(answer.error());
  if (results) return std::move(*results);
  constexpr std::size_t kShown = 100;
  const std::string shown = printable(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "");
  return Failure{
      .cause = "app_exit",
      .message = "the program's result cannot be used: " + results.error().message + "; it begins: " + shown};
}

Result<ProgramRunner::Results> ProgramRunner::read_results(const command::Answer& answer) {
  Results results;
  auto outcomes = outcomes_of(answer);
  if (!outcomes) return outcomes.error();
  results.outcomes = std::move(*outcomes);
  for (std::size_t at = 0; at < grant_.outputs.size(); ++at) {
    auto values = command::series_at(answer, grant_.outputs[at], shape_[at], times_, interpolation());
    if (!values) return values.error();
    const std::size_t width = shape_[at].size();
    std::vector<double> some;
    for (const auto row : kept_)
      some.insert(some.end(), values->begin() + static_cast<std::ptrdiff_t>(row * width),
                  values->begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    results.series.push_back(std::move(some));
  }
  return results;
}

Result<std::vector<double>> ProgramRunner::outcomes_of(const command::Answer& answer) {
  const auto place_of = [&](const std::string& name) {
    return static_cast<std::size_t>(
        std::ranges::find_if(program_->outcomes,
                             [&](const auto& one) { return engine::same_name(one.name, name); }) -
        program_->outcomes.begin());
  };
  engine::RunOutput output;
  bool finite = true;
  if (!program_->outcomes.empty()) {
    engine::RunInput input{.seed = grant_.seed};
    input.start = grant_.time.start;
    input.stop = grant_.time.stop;
    input.step = grant_.time.step;
    input.save_every = grant_.time.save_every;
    const auto add_input = [&](const protocol::InputColumn& column, std::uint64_t lane, std::uint64_t lanes) {
      engine::Column one{.name = column.name, .elements = column.elements, .values = {}};
      for (std::uint64_t e = 0; e < column.elements; ++e)
        one.values.push_back(column.values[e * lanes + lane]);
      input.parameters.push_back(std::move(one));
    };
    // What the program gives is saved; parameters are not.
    const auto is_series = [&](const std::string& name) {
      return std::ranges::any_of(program_->outputs,
                                 [&](const auto& one) { return engine::same_name(one.name, name); });
    };
    const auto is_known = [&](const std::string& name) {
      return engine::parameter_at(*program_, name).has_value();
    };
    for (const auto& column : grant_.parameters)
      if (is_known(column.name))
        add_input(column, column.shared ? 0 : computed_, column.shared ? 1 : grant_.count);
    for (const auto& series : grant_.series_parameters)
      if (is_known(series.name))
        input.series_parameters.push_back({.name = series.name, .xs = series.times, .ys = series.values});
    for (const auto& parameter : program_->parameters) {
      if (!is_series(parameter.name)) continue;
      auto values = command::series_at(answer, parameter.name, parameter.elements, times_, interpolation());
      if (!values) return values.error();
      engine::SeriesParameter series{.name = parameter.name, .xs = times_, .ys = {}};
      const std::size_t width = parameter.elements.size();
      series.ys.assign(width, std::vector<double>(times_.size()));
      for (std::size_t t = 0; t < times_.size(); ++t)
        for (std::size_t e = 0; e < width; ++e) series.ys[e][t] = (*values)[t * width + e];
      finite &= std::ranges::all_of(*values, [](double value) { return std::isfinite(value); });
      input.series_parameters.push_back(std::move(series));
    }
    // The engine refuses series that are not finite, so their outcomes have no value.
    if (finite)
      if (auto ran = engine_->run(input, output); !ran) return ran.error();
  }
  std::vector<double> outcomes;
  for (const auto& wanted : grant_.outcomes) {
    const auto place = place_of(wanted.name);
    if (place == program_->outcomes.size()) {
      const auto number = command::number_of(answer, wanted.name);
      if (!number) return number.error();
      outcomes.push_back(*number);
    } else {
      outcomes.push_back(finite ? output.outcomes[place][0] : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return outcomes;
}

protocol::ResultChunk ProgramRunner::chunk_of(const std::vector<Results>& all, double seconds) {
  protocol::ResultChunk chunk;
  chunk.chunk = chunks_++;
  chunk.count = all.size();
  chunk.first = grant_.first + computed_ - chunk.count - (held_back_ ? 1 : 0);
  chunk.compute_seconds = seconds;
  for (std::size_t o = 0; o < grant_.outcomes.size(); ++o) {
    chunk.outcome_names.push_back(grant_.outcomes[o].name);
    auto& values = chunk.outcomes.emplace_back();
    for (const auto& one : all) values.push_back(one.outcomes[o]);
  }
  if (!grant_.outputs.empty())
    for (const auto row : kept_) chunk.times.push_back(times_[row]);
  for (std::size_t s = 0; s < grant_.outputs.size(); ++s) {
    protocol::ResultSeries series{.name = grant_.outputs[s], .elements = shape_[s], .values = {}};
    if (shape_[s].size() == 1 && shape_[s][0].empty()) series.elements.clear();
    for (std::size_t at = 0; at < all.front().series[s].size(); ++at)
      for (const auto& one : all) series.values.push_back(one.series[s][at]);
    chunk.series.push_back(std::move(series));
  }
  return chunk;
}

protocol::ResultChunk ProgramRunner::chunk_of(Failure failure) {
  protocol::ResultChunk chunk;
  chunk.chunk = chunks_++;
  chunk.count = 1;
  chunk.first = grant_.first + computed_ - 1;
  log_.error("scenario " + number_text(chunk.first) + " failed: " + failure.message);
  chunk.failed.push_back(
      {.scenario = chunk.first, .cause = std::move(failure.cause), .message = std::move(failure.message)});
  return chunk;
}

}  // namespace flowyard::worker::app
