// Times as the store keeps them: milliseconds since 1970, NULL for "not yet".
#pragma once

#include "common/base/clock.hpp"
#include "controller/store/sqlite.hpp"

namespace flowyard::controller::store {

inline std::int64_t to_row(TimePoint time) {
  return time.time_since_epoch().count();
}
inline std::optional<std::int64_t> to_row(const std::optional<TimePoint>& time) {
  return time ? std::optional(to_row(*time)) : std::nullopt;
}
inline TimePoint time_from(const Statement& row, int column) {
  return TimePoint(Milliseconds(row.integer(column)));
}
inline std::optional<TimePoint> optional_time_from(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(time_from(row, column));
}

}  // namespace flowyard::controller::store
