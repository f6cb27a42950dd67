#include "worker/engine/runner.hpp"

#include <algorithm>
#include <cmath>

#include "worker/engine/block.hpp"
#include "worker/engine/check.hpp"

namespace flowyard::worker::engine {
namespace {

// keep_going is asked after about so many instructions times lanes, some milliseconds.
constexpr std::uint64_t kWorkBetweenQuestions = 20'000'000;

}  // namespace

class Runner::Impl {
 public:
  Impl(std::shared_ptr<const Program> program, Level level)
      : program_(std::move(program)), block_(*program_, level) {}

  Result<void> run(const RunInput& input, RunOutput& output, const std::function<bool()>& keep_going) {
    if (auto ok = check(*program_, input); !ok) return ok;
    plan_ = make_plan(*program_, input);
    plan_.going = [this](std::uint64_t work) { return going(work); };
    output_ = &output;
    lanes_ = input.lanes;
    keep_going_ = &keep_going;
    begin_output();
    block_.prepare(plan_);
    const std::size_t size = block_.good_lanes();
    for (std::size_t first = 0; first < lanes_ && !output.interrupted; first += size) {
      const std::size_t count = std::min(size, lanes_ - first);
      if (auto ok = run_lanes(first, count); !ok) return ok;
    }
    return {};
  }

  std::size_t bytes_per_lane() const { return block_.bytes_per_lane(); }

 private:
  void begin_output() {
    RunOutput& out = *output_;
    out.times.clear();
    out.interrupted = false;
    out.series.resize(program_->outputs.size());
    for (std::size_t k = 0; k < out.series.size(); ++k) {
      out.series[k].name = program_->outputs[k].name;
      out.series[k].elements = program_->outputs[k].elements;
      out.series[k].values.clear();
    }
    out.outcome_names.clear();
    for (const Outcome& outcome : program_->outcomes) out.outcome_names.push_back(outcome.name);
    out.outcomes.assign(program_->outcomes.size(), std::vector<double>(lanes_));
    times_known_ = false;
  }

  Result<void> run_lanes(std::size_t first, std::size_t count) {
    if (auto ok = block_.begin(first, count); !ok) return ok;
    // Lanes whose computed time settings differ cannot run together; they run one by one.
    if (count > 1 && !block_.lanes_agree()) {
      for (std::size_t lane = first; lane < first + count && !output_->interrupted; ++lane)
        if (auto ok = run_lanes(lane, 1); !ok) return ok;
      return {};
    }
    if (auto ok = begin_times(); !ok) return ok;
    first_ = first;
    count_ = count;
    saved_ = 0;
    last_save_ = block_.now();
    if (auto ok = program_->time.varies ? run_varying() : run_grid(); !ok) return ok;
    if (output_->interrupted) return {};
    if (saved_ != output_->times.size()) return times_differ();
    block_.finish(saved_);
    for (std::size_t k = 0; k < program_->outcomes.size(); ++k)
      std::copy_n(block_.values(program_->outcomes[k].slot), count,
                  output_->outcomes[k].begin() + offset(first));
    return {};
  }

  static std::ptrdiff_t offset(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }

  static Result<void> times_differ() {
    return invalid(
        "the runs of one batch have different times of saving: start, stop or save interval depend "
        "on a parameter; run them in batches of their own");
  }

  // All blocks save at the same times: those of the first.
  Result<void> begin_times() {
    settings_ = block_.settings();
    if (auto ok = check_settings(settings_); !ok) return ok;
    if (program_->time.varies) return {};
    if (times_known_ && settings_ == grid_) return {};
    if (auto ok = check_size(saves_about(settings_)); !ok) return ok;
    std::vector<double> times = save_times(settings_);
    if (times_known_) return times == output_->times ? Result<void>() : times_differ();
    output_->times = std::move(times);
    grid_ = settings_;
    times_known_ = true;
    for (std::size_t k = 0; k < program_->outputs.size(); ++k)
      output_->series[k].values.resize(output_->times.size() * program_->outputs[k].slots.size() * lanes_);
    return {};
  }

  // From save to save, but in parts short enough for keep_going to be polled in time.
  Result<void> check_size(double saves) const {
    double values = 0;
    for (const Output& each : program_->outputs) values += static_cast<double>(each.slots.size());
    if (values * saves * static_cast<double>(lanes_) <= kMaxOutputValues && saves <= kMaxSaves) return {};
    return failure(ErrorCode::Limit,
                   "the series would hold more than 500,000,000 numbers: save less often, "
                   "save fewer series, or run fewer at a time");
  }

  Result<void> run_grid() {
    const std::uint64_t steps = steps_of(settings_);
    const auto& times = output_->times;
    block_.evaluate();
    for (std::uint64_t n = 0;; n = step_at(block_.now())) {
      if (saved_ < times.size() && times[saved_] == block_.now()) save();
      if (n == steps || output_->interrupted) return {};
      const std::uint64_t next_save = saved_ < times.size() ? step_at(times[saved_]) : steps;
      const std::uint64_t until = std::clamp(next_save, n + 1, steps);
      const std::uint64_t some = std::min(until - n, 1 + kWorkBetweenQuestions / work_of_step());
      block_.advance(some);
      if (!going(work_of_step() * some)) return {};
    }
  }

  std::uint64_t step_at(double time) const {
    return static_cast<std::uint64_t>(std::llround((time - settings_.start) / settings_.step));
  }

  // Step, stop or save interval change while running: they are read anew at every step. The save times are
  // then found on the way.
  Result<void> run_varying() {
    const bool first_lane = !times_known_;
    block_.evaluate();
    for (std::uint64_t n = 0;; ++n) {
      const TimeSettings settings = block_.settings();
      if (!(settings.step > 0) || static_cast<double>(n) > kMaxSteps)
        return invalid("the time step became 0 or less, or the run too long");
      if (saves_at(settings, block_.now())) {
        if (first_lane)
          if (auto ok = grow(); !ok) return ok;
        if (saved_ >= output_->times.size() || output_->times[saved_] != block_.now()) return times_differ();
        save();
      }
      const bool at_end = block_.now() + settings.step * 1e-5 >= settings.stop;
      if (at_end || !going(work_of_step())) break;
      block_.advance(1);
    }
    times_known_ = true;
    return {};
  }

  Result<void> grow() {
    output_->times.push_back(block_.now());
    if (auto ok = check_size(static_cast<double>(output_->times.size())); !ok) return ok;
    for (std::size_t k = 0; k < program_->outputs.size(); ++k)
      output_->series[k].values.resize(output_->times.size() * program_->outputs[k].slots.size() * lanes_);
    return {};
  }

  void save() {
    block_.evaluate_save();
    for (std::size_t k = 0; k < program_->outputs.size(); ++k) {
      const auto& slots = program_->outputs[k].slots;
      double* values = output_->series[k].values.data();
      for (std::size_t e = 0; e < slots.size(); ++e)
        std::copy_n(block_.values(slots[e]), count_, values + (saved_ * slots.size() + e) * lanes_ + first_);
    }
    block_.accumulate(saved_, last_save_);
    last_save_ = block_.now();
    ++saved_;
  }

  std::uint64_t work_of_step() const {
    return (program_->step.size() + program_->stocks_code.size() + 8) * count_;
  }

  bool going(std::uint64_t work) {
    if (output_->interrupted) return false;
    work_ += work;
    if (work_ < kWorkBetweenQuestions) return true;
    work_ = 0;
    if (*keep_going_ && !(*keep_going_)()) output_->interrupted = true;
    return !output_->interrupted;
  }

  std::shared_ptr<const Program> program_;  // shared by the runners of all threads
  Block block_;
  RunPlan plan_;
  RunOutput* output_ = nullptr;
  const std::function<bool()>* keep_going_ = nullptr;
  std::size_t lanes_ = 0;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::uint64_t saved_ = 0;
  double last_save_ = 0;
  TimeSettings settings_;
  TimeSettings grid_;  // of the first block, whose save times hold for all blocks
  bool times_known_ = false;
  std::uint64_t work_ = 0;
};

Runner::Runner(std::shared_ptr<const Program> program, Level level)
    : impl_(std::make_unique<Impl>(std::move(program), level)) {}
Runner::~Runner() = default;

Result<void> Runner::run(const RunInput& input, RunOutput& output, const std::function<bool()>& keep_going) {
  return impl_->run(input, output, keep_going);
}

std::size_t Runner::bytes_per_lane() const {
  return impl_->bytes_per_lane();
}

}  // namespace flowyard::worker::engine
