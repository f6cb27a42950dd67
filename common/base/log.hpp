// Log: one line per event, a message and then key=value fields. The sink is injected; a Log is a cheap
// handle that may be copied, and may be written to from any thread if its sink may.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/clock.hpp"

namespace flowyard {

enum class LogLevel { Debug, Info, Warning, Error };

struct LogField {
  std::string key;
  std::string value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> LogField(std::string_view k, Number v)
      : key(k), value(std::to_string(v)) {}
};

using LogSink = std::function<void(LogLevel, const std::string& line)>;

class Log {
 public:
  Log() = default;  // writes nowhere
  explicit Log(LogSink sink) : sink_(std::move(sink)) {}

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const;

  LogSink sink_;
};

// A sink that writes "2026-01-31T12:00:00.000Z level message key=value" lines to a file descriptor,
// one write() a line so that lines of several threads do not mix.
LogSink descriptor_sink(int descriptor, LogLevel least);

// A text that must not appear in logs, errors or dumps: prints as ***.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};
inline std::string to_string(const Secret&) {
  return "***";
}

// RFC 3339 with milliseconds, UTC: "2026-01-31T12:00:00.000Z".
std::string to_rfc3339(TimePoint time);

}  // namespace flowyard
