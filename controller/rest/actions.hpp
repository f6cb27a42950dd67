// The actions behind the routes, one declaration each; see routes.cpp for what they answer.
#pragma once

#include "controller/rest/routes.hpp"

namespace flowyard::controller::rest {

async::Task<http::Response> plan_experiment(Desk& desk, Call call);
async::Task<http::Response> submit_experiment(Desk& desk, Call call);
async::Task<http::Response> list_experiments(Desk& desk, Call call);
async::Task<http::Response> show_experiment(Desk& desk, Call call);
async::Task<http::Response> show_progress(Desk& desk, Call call);
async::Task<http::Response> cancel_experiment(Desk& desk, Call call);
async::Task<http::Response> delete_experiment(Desk& desk, Call call);

async::Task<http::Response> list_workers(Desk& desk, Call call);
async::Task<http::Response> show_worker(Desk& desk, Call call);
async::Task<http::Response> restart_worker(Desk& desk, Call call);
async::Task<http::Response> delete_worker(Desk& desk, Call call);
async::Task<http::Response> worker_log(Desk& desk, Call call);

async::Task<http::Response> why(Desk& desk, Call call);
async::Task<http::Response> checkout(Desk& desk, Call call);
async::Task<http::Response> prune(Desk& desk, Call call);

async::Task<http::Response> events(Desk& desk, Call call);

async::Task<http::Response> show_controller(Desk& desk, Call call);
async::Task<http::Response> stop_controller(Desk& desk, Call call);
async::Task<http::Response> health(Desk& desk, Call call);
async::Task<http::Response> readiness(Desk& desk, Call call);
async::Task<http::Response> metrics(Desk& desk, Call call);
async::Task<http::Response> openapi(Desk& desk, Call call);

}  // namespace flowyard::controller::rest
