//! [`ALL`]: every case of the suite, with the claims that it needs and shows.

mod close;
mod consumers;
mod content;
mod copies;
mod flow;
mod in_flight;
mod order;
mod outcomes;
mod rebalance;
mod settlement;
mod topology;
mod wildcards;

use super::case::Case;
use super::claim::Claim::{
    CountsDeliveries, DelaysAtBroker, DelaysInProcess, LimitsProperties, LimitsSize, OrdersPerKey, OrdersPerQueue,
    Refuses, Replays, RequeuesAtBroker, RequeuesLocally, Revokes, SeesUnroutable, SettlesByWatermark,
    SettlesPerMessage,
};

/// A case of each function, named by it.
macro_rules! cases {
    ($($module:ident::$case:ident $(needs $($needed:ident)|+)? $(shows $($shown:ident)|+)?;)*) => {
        &[$(Case {
            name: stringify!($case),
            needs: &[$($($needed),+)?],
            shows: &[$($($shown),+)?],
            play: |scene| Box::pin($module::$case(scene)),
        }),*]
    };
}

/// Every case of the suite.
pub(super) static ALL: &[Case] = cases! {
    outcomes::a_routed_publish_says_so;
    outcomes::an_unroutable_publish_says_so needs SeesUnroutable;
    outcomes::a_position_is_where_the_message_is_read needs SettlesByWatermark;
    outcomes::a_refused_publish_says_so needs Refuses;
    outcomes::a_body_above_the_limit_is_not_sent needs LimitsSize;
    outcomes::properties_up_to_the_limit_are_sent_and_far_above_it_not needs LimitsProperties;
    outcomes::a_passed_deadline_is_answered_at_once;
    outcomes::a_dropped_confirmation_cancels_nothing;
    outcomes::two_copies_in_flight_are_both_answered_and_stored;
    outcomes::an_outcome_belongs_to_its_own_copy needs SeesUnroutable;
    in_flight::room_is_given_back_with_the_confirm;
    in_flight::room_above_the_whole_bound_is_refused;
    in_flight::room_is_given_in_the_order_of_asking;
    in_flight::copies_do_not_wait_behind_publishes;
    order::messages_of_one_key_keep_the_order_of_the_calls needs OrdersPerKey;
    order::messages_of_one_queue_keep_the_order_of_the_calls needs OrdersPerQueue;
    wildcards::bindings_match_as_the_table_says;
    wildcards::two_bindings_deliver_one_message_once;
    settlement::what_is_done_is_gone;
    settlement::what_is_requeued_comes_back shows RequeuesAtBroker | RequeuesLocally;
    settlement::one_held_delivery_holds_up_no_other shows SettlesPerMessage | SettlesByWatermark;
    settlement::several_requeued_come_back_once_each;
    settlement::a_dropped_ticket_gives_its_message_back_after_a_second;
    settlement::a_stale_ticket_is_counted_and_harms_nobody;
    settlement::returns_are_counted needs CountsDeliveries;
    copies::a_dead_letter_keeps_every_property_and_header;
    copies::a_dead_letter_queue_has_none_of_its_own;
    copies::a_delayed_copy_comes_back needs DelaysAtBroker;
    copies::a_delay_in_process_has_no_address needs DelaysInProcess;
    consumers::two_consumers_share_a_queue;
    consumers::two_queues_get_a_copy_each;
    consumers::a_new_consumer_reads_what_others_have_settled needs Replays;
    rebalance::revoked_lanes_move_when_they_are_drained needs Revokes;
    rebalance::what_is_not_drained_in_time_moves_and_its_tickets_are_stale needs Revokes;
    flow::no_more_than_the_prefetch_is_unsettled;
    flow::nothing_is_yielded_while_paused;
    close::work_in_flight_comes_back_in_order needs OrdersPerKey;
    close::a_dropped_subscription_gives_everything_back;
    close::a_closed_subscription_has_ended;
    close::a_closed_transport_takes_nothing_more;
    topology::a_missing_queue_cannot_be_consumed;
    topology::planning_changes_nothing_and_says_what_declaring_would_find;
    topology::verifying_finds_what_is_missing;
    topology::verifying_finds_what_differs;
    topology::declaring_again_changes_nothing;
    topology::assuming_declares_nothing;
    content::headers_keep_their_bytes_and_the_order_under_a_name;
    content::headers_may_begin_with_x_unless_they_are_the_brokers;
    content::what_another_transport_has_for_a_header_arrives_as_it_is_shown;
    content::bodies_of_every_size_arrive_whole;
    content::ids_and_keys_may_have_255_bytes;
    content::texts_may_be_unicode;
    content::what_was_not_set_is_not_there;
};
