// npm's @anthropic-ai/sdk, as its readme uses it. Prints what it got: node anthropic.mjs http://HOST:PORT
import Anthropic from '@anthropic-ai/sdk';

const anthropic = new Anthropic({ baseURL: process.argv[2], apiKey: 'ollama', maxRetries: 0 });
const messages = [{ role: 'user', content: 'how much energy' }];
const got = {};

const answer = await anthropic.messages.create({ model: 'tiny', max_tokens: 5, messages });
got.answered = [answer.content[0].text, answer.stop_reason, answer.usage.input_tokens, answer.usage.output_tokens];

got.streamed = [];
const stream = anthropic.messages.stream({ model: 'tiny', max_tokens: 5, messages }).on('text', text => got.streamed.push(text));
const final = await stream.finalMessage();
got.streamed.push([final.stop_reason, final.usage.input_tokens, final.usage.output_tokens]);

got.unknown = await anthropic.messages.create({ model: 'nosuch', max_tokens: 5, messages }).catch(error => [error.status, error.error.error.message]);

got.aborted = [];
const endless = await anthropic.messages.create({ model: 'mediumlong', max_tokens: 3000, messages, stream: true });
for await (const event of endless) {
  if (event.type === 'content_block_delta') {
    got.aborted.push(event.delta.text);
  }
  if (got.aborted.length === 3) {
    endless.controller.abort();
    break;
  }
}

console.log(JSON.stringify(got));
