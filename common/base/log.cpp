#include "common/base/log.hpp"

#include <cstdio>
#include <ctime>
#include <unistd.h>

#include "common/base/printable.hpp"

namespace flowyard {
namespace {

const char* to_string(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  return "error";
}

bool needs_quotes(const std::string& value) {
  return value.empty() || value.find_first_of(" \"=\n\t") != std::string::npos;
}

std::string quoted(const std::string& value) {
  std::string text = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text + "\"";
}

}  // namespace

void Log::debug(std::string_view m, std::initializer_list<LogField> f) const {
  write(LogLevel::Debug, m, f);
}
void Log::info(std::string_view m, std::initializer_list<LogField> f) const {
  write(LogLevel::Info, m, f);
}
void Log::warning(std::string_view m, std::initializer_list<LogField> f) const {
  write(LogLevel::Warning, m, f);
}
void Log::error(std::string_view m, std::initializer_list<LogField> f) const {
  write(LogLevel::Error, m, f);
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const {
  if (!sink_) return;
  std::string line(message);
  for (const auto& field : fields) {
    line += " " + field.key + "=" + (needs_quotes(field.value) ? quoted(field.value) : field.value);
  }
  sink_(level, printable(line));
}

LogSink descriptor_sink(int descriptor, LogLevel least) {
  return [descriptor, least](LogLevel level, const std::string& line) {
    if (level < least) return;
    std::string text = to_rfc3339(SystemClock{}.now()) + " " + to_string(level) + " " + line + "\n";
    // Failing to write the log must not stop the work.
    [[maybe_unused]] auto written = ::write(descriptor, text.data(), text.size());
  };
}

std::string to_rfc3339(TimePoint time) {
  const auto since_epoch = time.time_since_epoch().count();
  auto seconds = static_cast<std::time_t>(since_epoch / 1000);
  auto millis = static_cast<int>(since_epoch % 1000);
  if (millis < 0) {
    millis += 1000;
    --seconds;
  }
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  char text[48];
  std::snprintf(text, sizeof text, "%s.%03dZ", date, millis);
  return text;
}

}  // namespace flowyard
