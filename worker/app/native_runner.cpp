#include "worker/app/native_runner.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/base/integration_method.hpp"
#include "common/base/suggest.hpp"
#include "worker/engine/serialize.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::worker::app {
namespace {

constexpr std::size_t kMostKept = 4;

// Scenarios `first` .. `first + count` of a column over `all` of them.
engine::Column slice_of(const protocol::InputColumn& column, std::uint64_t first, std::uint64_t count,
                        std::uint64_t all) {
  engine::Column slice{.name = column.name, .elements = column.elements, .values = {}};
  slice.values.reserve(column.elements * count);
  for (std::uint64_t element = 0; element < column.elements; ++element) {
    if (column.shared) {
      slice.values.insert(slice.values.end(), count, column.values[element]);
    } else {
      const double* from = column.values.data() + element * all + first;
      slice.values.insert(slice.values.end(), from, from + count);
    }
  }
  return slice;
}

Result<std::optional<engine::Method>> method_of(const std::string& word) {
  if (word.empty()) return std::optional<engine::Method>();
  if (const auto method = integration_method(word))
    return std::optional(static_cast<engine::Method>(*method));
  return invalid(unknown_integration_method(word));
}

// The position of `name` in the program's list.
template <class Named>
Result<std::size_t> place_of(const std::vector<Named>& list, const std::string& name, const char* what) {
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (engine::same_name(list[at].name, name)) return at;
  }
  std::vector<std::string> known;
  for (const auto& one : list) known.push_back(one.name);
  return invalid(std::string("the program has no ") + what + " '" + name + "'" + suggestion(name, known));
}

std::vector<double> kept(std::vector<double>& values, const std::vector<std::size_t>& rows,
                         std::size_t width) {
  if (rows.size() * width == values.size()) return std::move(values);
  std::vector<double> some;
  some.reserve(rows.size() * width);
  for (const auto row : rows) {
    const auto from = values.begin() + static_cast<std::ptrdiff_t>(row * width);
    some.insert(some.end(), from, from + static_cast<std::ptrdiff_t>(width));
  }
  return some;
}

// The part of the input that is the same for every slice.
Result<engine::RunInput> settings_of(const protocol::LeaseGrant& grant) {
  engine::RunInput input;
  input.seed = grant.seed;
  for (const auto& series : grant.series_parameters) {
    input.series_parameters.push_back({.name = series.name, .xs = series.times, .ys = series.values});
  }
  input.start = grant.time.start;
  input.stop = grant.time.stop;
  input.step = grant.time.step;
  input.save_every = grant.time.save_every;
  auto method = method_of(grant.time.method);
  if (!method) return method.error();
  input.method = *method;
  return input;
}

}  // namespace

const engine::Program* NativeRunner::find(const std::string& hash) const {
  const auto found = std::ranges::find(kept_, hash, &Kept::hash);
  return found == kept_.end() ? nullptr : found->program.get();
}

std::vector<MaterialName> NativeRunner::missing(const protocol::LeaseGrant& grant) const {
  if (find(grant.program) != nullptr) return {};
  return {{.kind = Material::Program, .hash = grant.program}};
}

Result<void> NativeRunner::keep(const MaterialName& name, std::string bytes) {
  return keep(name.hash, std::move(bytes));
}

Result<void> NativeRunner::keep(const std::string& hash, std::string bytes) {
  auto program = engine::deserialize(bytes);
  if (!program) return program.error();
  auto shared = std::make_shared<const engine::Program>(std::move(*program));
  auto runner = std::make_unique<engine::Runner>(shared);
  std::erase_if(kept_, [&](const Kept& kept) { return kept.hash == hash; });
  kept_.push_front({.hash = hash, .program = std::move(shared), .engine = std::move(runner)});
  if (kept_.size() > kMostKept) kept_.pop_back();
  return {};
}

Result<void> NativeRunner::begin(protocol::LeaseGrant grant) {
  if (grant.runner) return invalid("the lease is for a program, and this worker is the engine");
  const auto found = std::ranges::find(kept_, grant.program, &Kept::hash);
  if (found == kept_.end()) return invalid("there is no program '" + grant.program + "' here");
  kept_.splice(kept_.begin(), kept_, found);
  current_ = &kept_.front();
  const engine::Program& program = *current_->program;

  auto settings = settings_of(grant);
  if (!settings) return settings.error();
  settings_ = std::move(*settings);
  grant_ = std::move(grant);
  if (auto found_all = find_wanted(); !found_all) return found_all;
  guess_ = guess_cost(program, settings_);
  cost_ = {.seconds = guess_.seconds * current_->slowness, .values = guess_.values};
  computed_ = 0;
  chunks_ = 0;
  return {};
}

Result<void> NativeRunner::find_wanted() {
  series_.clear();
  for (const auto& name : grant_.outputs) {
    const auto place = place_of(current_->program->outputs, name, "output");
    if (!place) return place.error();
    series_.push_back({.name = name, .place = *place});
  }
  outcomes_.clear();
  for (const auto& outcome : grant_.outcomes) {
    const auto place = place_of(current_->program->outcomes, outcome.name, "outcome");
    if (!place) return place.error();
    outcomes_.push_back({.name = outcome.name, .place = *place});
  }
  return {};
}

Result<std::optional<protocol::ResultChunk>> NativeRunner::next(const KeepGoing& keep_going) {
  const std::uint64_t count = next_slice(limits_, cost_, grant_.count - computed_);
  const engine::RunInput input = slice_of_lease(count);
  engine::RunOutput output;
  const auto begun = std::chrono::steady_clock::now();
  if (auto ran = current_->engine->run(input, output, keep_going); !ran) return ran.error();
  if (output.interrupted) return std::optional<protocol::ResultChunk>();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  return std::optional(chunk_of(output, count, took.count()));
}

engine::RunInput NativeRunner::slice_of_lease(std::uint64_t count) const {
  engine::RunInput input = settings_;
  input.lanes = count;
  const auto from = grant_.draws.begin() + static_cast<std::ptrdiff_t>(computed_);
  input.draws.assign(from, from + static_cast<std::ptrdiff_t>(count));
  for (const auto& column : grant_.parameters) {
    input.parameters.push_back(slice_of(column, computed_, count, grant_.count));
  }
  for (const auto& column : grant_.initial) {
    input.initials.push_back(slice_of(column, computed_, count, grant_.count));
  }
  return input;
}

protocol::ResultChunk NativeRunner::chunk_of(engine::RunOutput& output, std::uint64_t count, double seconds) {
  protocol::ResultChunk chunk;
  chunk.chunk = chunks_;
  chunk.first = grant_.first + computed_;
  chunk.count = count;
  chunk.compute_seconds = seconds;
  double values = 0;
  for (const auto& series : output.series) values += static_cast<double>(series.values.size());
  for (const auto& wanted : outcomes_) {
    chunk.outcome_names.push_back(wanted.name);
    chunk.outcomes.push_back(output.outcomes[wanted.place]);
  }
  const auto rows = engine::wanted_saves(output.times, grant_.keep_times);
  if (!series_.empty()) chunk.times = kept(output.times, rows, 1);
  for (const auto& wanted : series_) {
    engine::Series& series = output.series[wanted.place];
    series.values = kept(series.values, rows, series.elements.size() * count);
    if (series.elements.size() == 1 && series.elements[0].empty()) series.elements.clear();
    chunk.series.push_back({.name = wanted.name, .elements = series.elements, .values = series.values});
  }
  const auto lanes = static_cast<double>(count);
  cost_ = {.seconds = seconds / lanes, .values = values / lanes + static_cast<double>(outcomes_.size())};
  current_->slowness = cost_.seconds / guess_.seconds;
  computed_ += count;
  ++chunks_;
  return chunk;
}

}  // namespace flowyard::worker::app
