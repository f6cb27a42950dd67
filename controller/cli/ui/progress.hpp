// Progress of an experiment: a bar that is redrawn on a terminal, plain lines in a pipe. The texts are pure
// functions of the view.
#pragma once

#include <string>

#include "controller/cli/ui/terminal.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// "[########............]  40%  24/60 scenarios, 3 workers, 1 failed  4.2 s, about 6 s left", at most `width`
// columns.
std::string progress_bar(const service::ExperimentView& view, int width);
// "logistic: 24 of 60 scenarios done, 1 failed, 3 workers at work (4.2 s, about 6 s left)"
std::string progress_line(const service::ExperimentView& view);

class ProgressDisplay {
 public:
  explicit ProgressDisplay(Terminal& terminal) : terminal_(terminal) {}
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const service::ExperimentView& view);
  // One line that stays, above the bar.
  void say(const std::string& line);
  // Takes the bar away.
  void clear();

 private:
  bool is_worth_a_line(const service::ExperimentView& view) const;

  Terminal& terminal_;
  bool drawn_ = false;
  int told_percent_ = -1;  // plain lines: what the last one said
  std::uint64_t told_failed_ = 0;
  std::uint64_t told_workers_ = 0;
  std::string told_fetching_;
  double told_at_ = 0;  // seconds of its wall time
};

}  // namespace flowyard::controller::cli
