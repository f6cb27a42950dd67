#include "worker/app/program_output.hpp"

#include "common/base/printable.hpp"
#include "worker/app/human_format.hpp"

namespace flowyard::worker::app {
namespace {

// Limit on the log output of one scenario.
constexpr std::size_t kMostLog = std::size_t{1} << 20;
constexpr std::size_t kLongestLogLine = 4096;
constexpr std::size_t kLastLines = 6;
// Time, level and what stands between them.
constexpr std::size_t kLineHead = 33;

}  // namespace

ProgramOutput::~ProgramOutput() {
  if (left_out_ > 0) log_.info(label_ + ": " + count_text(left_out_, "more line") + " left out");
}

void ProgramOutput::log(const std::string& text) {
  last_.push_back(printable(text.substr(0, kLongestLogLine)));
  if (last_.size() > kLastLines) last_.pop_front();
  written_ += kLineHead + label_.size() + last_.back().size();
  if (written_ > kMostLog) {
    ++left_out_;
  } else {
    log_.info(label_ + ": " + last_.back());
  }
}

std::string ProgramOutput::last_lines() const {
  if (last_.empty()) return "; it wrote nothing";
  std::string text = "; its last lines:";
  for (const auto& line : last_) text += "\n  " + line;
  return text;
}

}  // namespace flowyard::worker::app
