#include "controller/cli/ui/progress.hpp"

#include <algorithm>
#include <cmath>

#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr double kFetchingPause = 10;  // seconds between two lines about it

int percent_of(const service::ExperimentView& view) {
  if (view.scenarios == 0) return 100;
  const double settled = static_cast<double>(view.done + view.failed) + view.part_done;
  return static_cast<int>(std::min(100.0, 100 * settled / static_cast<double>(view.scenarios)));
}

// Nothing where it is not known.
std::string time_left(const service::ExperimentView& view) {
  const bool known = view.eta_seconds && !is_final(view.state) && *view.eta_seconds >= 1;
  return known ? ", about " + format_roughly(*view.eta_seconds) + " left" : "";
}

// What the programs say of the scenarios at hand: ", 1.4 of 4 at hand".
std::string at_hand(const service::ExperimentView& view) {
  if (view.part_done <= 0) return "";
  const double tenths = std::round(view.part_done * 10) / 10;
  return ", " + format_number(tenths) + " of " + format_count(view.workers_live) + " at hand";
}

}  // namespace

std::string progress_bar(const service::ExperimentView& view, int width) {
  if (!view.fetching.empty())
    return trimmed("fetching " + printable(view.fetching) + "  " + format_seconds(view.wall_seconds),
                   width > 0 ? width - 1 : 79);
  const int percent = percent_of(view);
  std::string tail = "  " + std::string(percent < 100 ? 1 : 0, ' ') + (percent < 10 ? " " : "") +
                     std::to_string(percent) + "%  " + format_count(view.done) + "/" +
                     format_count(view.scenarios) + " scenarios, " + plural(view.workers_live, "worker");
  tail += at_hand(view);
  if (view.failed > 0) tail += ", " + format_count(view.failed) + " failed";
  if (view.not_finite > 0) tail += ", " + format_count(view.not_finite) + " not finite";
  if (view.retries > 0) tail += ", " + format_count(view.retries) + " retried";
  tail += "  " + format_seconds(view.wall_seconds) + time_left(view);
  const int room = width > 0 ? width - 1 : 79;
  const int cells = std::clamp(room - display_width(tail) - 2, 0, 30);
  if (cells < 5) return trimmed(tail.substr(2), room);
  const auto full = static_cast<std::size_t>(cells * percent / 100);
  return "[" + std::string(full, '#') + std::string(static_cast<std::size_t>(cells) - full, '.') + "]" + tail;
}

std::string progress_line(const service::ExperimentView& view) {
  std::string line =
      view.name + ": " + format_count(view.done) + " of " + plural(view.scenarios, "scenario") + " done";
  line += at_hand(view);
  if (view.failed > 0) line += ", " + format_count(view.failed) + " failed";
  if (view.not_finite > 0) line += ", " + format_count(view.not_finite) + " not finite";
  if (view.retries > 0) line += ", " + format_count(view.retries) + " retried";
  if (!view.fetching.empty()) line += ", fetching " + printable(view.fetching);
  if (view.workers_live > 0) line += ", " + plural(view.workers_live, "worker") + " at work";
  return line + " (" + format_seconds(view.wall_seconds) + time_left(view) + ")";
}

bool ProgressDisplay::is_worth_a_line(const service::ExperimentView& view) const {
  if (view.failed != told_failed_) return true;
  if (view.fetching.empty() != told_fetching_.empty()) return true;
  if (view.fetching != told_fetching_ && view.wall_seconds - told_at_ >= kFetchingPause) return true;
  if (told_workers_ == 0 && view.workers_live > 0) return true;
  return percent_of(view) / 10 != told_percent_ / 10 || told_percent_ < 0;
}

void ProgressDisplay::show(const service::ExperimentView& view) {
  if (terminal_.quiet()) return;
  if (terminal_.shows_progress_bars()) {
    terminal_.redraw(progress_bar(view, terminal_.width()));
    drawn_ = true;
    return;
  }
  if (!is_worth_a_line(view)) return;
  terminal_.note(progress_line(view));
  told_percent_ = percent_of(view);
  told_failed_ = view.failed;
  told_fetching_ = view.fetching;
  told_at_ = view.wall_seconds;
  told_workers_ = std::max(told_workers_, view.workers_live);
}

void ProgressDisplay::say(const std::string& line) {
  clear();
  terminal_.note(line);
}

void ProgressDisplay::clear() {
  if (drawn_) terminal_.redraw("");
  drawn_ = false;
}

}  // namespace flowyard::controller::cli
