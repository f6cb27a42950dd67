#include "controller/rest/time.hpp"

#include <charconv>

namespace flowyard::controller::rest {
namespace {

// Takes fields of a fixed form off the front of a text; once something does not fit, ok() is false for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    const auto* end = rest_.data() + std::min(count, rest_.size());
    const auto [stop, error] = std::from_chars(rest_.data(), end, value);
    ok_ = ok_ && error == std::errc() && stop == rest_.data() + count && rest_[0] != '-';
    if (ok_) rest_.remove_prefix(count);
    return value;
  }

  char one_of(std::string_view allowed) {
    ok_ = ok_ && !rest_.empty() && allowed.find(rest_[0]) != std::string_view::npos;
    if (!ok_) return 0;
    const char taken = rest_[0];
    rest_.remove_prefix(1);
    return taken;
  }

  bool next_is(char c) const { return ok_ && !rest_.empty() && rest_[0] == c; }

  // Digits of a fraction, as milliseconds; further digits are dropped.
  int milliseconds() {
    int value = 0, scale = 100;
    std::size_t used = 0;
    for (; used < rest_.size() && rest_[used] >= '0' && rest_[used] <= '9'; ++used, scale /= 10) {
      value += (rest_[used] - '0') * scale;
    }
    ok_ = ok_ && used > 0;
    rest_.remove_prefix(used);
    return value;
  }

  void refuse() { ok_ = false; }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::minutes scan_offset(Scanner& scan) {
  const char sign = scan.one_of("Zz+-");
  if (sign == 'Z' || sign == 'z' || sign == 0) return std::chrono::minutes{0};
  const int hours = scan.digits(2);
  scan.one_of(":");
  const int minutes = scan.digits(2);
  if (hours > 23 || minutes > 59) scan.refuse();
  const std::chrono::minutes offset(hours * 60 + minutes);
  return sign == '+' ? offset : -offset;
}

}  // namespace

Result<TimePoint> parse_rfc3339(std::string_view text) {
  Scanner scan(text);
  const int year = scan.digits(4);
  scan.one_of("-");
  const int month = scan.digits(2);
  scan.one_of("-");
  const int day = scan.digits(2);
  scan.one_of("Tt ");
  const int hour = scan.digits(2);
  scan.one_of(":");
  const int minute = scan.digits(2);
  scan.one_of(":");
  const int second = scan.digits(2);
  int milliseconds = 0;
  if (scan.next_is('.')) {
    scan.one_of(".");
    milliseconds = scan.milliseconds();
  }
  const auto offset = scan_offset(scan);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!scan.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return invalid("'" + std::string(text) + "' is not a time such as 2026-01-31T12:00:00Z");
  }
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(milliseconds) - offset;
}

}  // namespace flowyard::controller::rest
