// The worker's requests to its controller as HTTP messages, without the worker's own token, and their log
// lines. Pure.
#pragma once

#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "worker/app/runner.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::app {

http::Request lease_request();
http::Request material_request(const MaterialName& name);
http::Request results_request(std::int64_t lease, const std::string& token,
                              const protocol::ResultChunk& chunk);
// Of a file's content.
http::Request file_request(std::int64_t lease, const std::string& token, std::string content);
http::Request failure_request(std::int64_t lease, const std::string& token,
                              const protocol::LeaseFailure& failure);
http::Request heartbeat_request(const protocol::Heartbeat& heartbeat);
http::Request goodbye_request(const protocol::Goodbye& goodbye);

// The grant, in the encoding given by the response's content type.
Result<protocol::LeaseGrant> read_grant(const http::Response& response);

// "handed Baseline, 20 iterations (scenarios 0-19)"
std::string handed_line(const protocol::LeaseGrant& grant);
// "40,000 of 100,000 iterations done"
std::string progress_line(std::uint64_t done, std::uint64_t count);
// "20 iterations done in 1.3 ms, results taken", "20 iterations done in 1.3 s, 2 of them failed"
std::string done_line(std::uint64_t count, std::uint64_t failed, double seconds);

}  // namespace flowyard::worker::app
